"""The command palette finds a command by any words of its name and its help."""

from collections.abc import Iterator

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider


class HelpProvider(Provider):
    """The commands of the screen and of Textual."""

    def _commands(self) -> Iterator[SystemCommand]:
        yield from self.app.get_system_commands(self.screen)

    async def discover(self) -> Hits:
        """All of them."""
        for command in self._commands():
            if command.discover:
                yield DiscoveryHit(command.title, command.callback, help=command.help)

    async def search(self, query: str) -> Hits:
        """Those whose name matches, before those whose help has all the words."""
        matcher = self.matcher(query)
        words = query.lower().split()
        for command in self._commands():
            score = matcher.match(command.title)
            text = f"{command.title} {command.help}".lower()
            if not score and words and all(word in text for word in words):
                score = 0.01
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), command.callback, help=command.help)
