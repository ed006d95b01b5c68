"""Names under which people keep the class of a sample."""

import re
import unicodedata

FIRST = ("class", "label", "target", "species", "y")
"""Names that say it plainly, in order of preference."""

_PLAIN = (
    "classlabel classname classification targetclass targetlabel targetvariable truelabel truth groundtruth gold ytrue "
    "labelclass labelname targetname dependentvariable dependent"
)
_OUTCOMES = (
    "diagnosis outcome survived survival income churn churned fraud spam default defaulted result response died dead "
    "death deathevent alive approved approval attrition exited purchased bought clicked converted subscribed deposit "
    "decision sentiment disease heartdisease stroke diabetes diabetic cancer malignant positive condition prognosis "
    "loanstatus winner won win passed pass failed failure readmitted cultivar variety breed genre digit letter emotion "
    "activity verdict prediction grade quality category type kind group status risk rating play "
    # German, French, Spanish, Portuguese, Italian, Dutch, Nordic and East European languages, Turkish, Indonesian
    "klasse klassen art arten sorte sorten typen kategorien zielklasse klassifikation clasificacion ziel "
    "zielvariable zielgroesse zielgrosse typ kategorie etikett diagnose gruppe ergebnis spezies gattung classe "
    "espece etiquette cible categorie diagnostic resultat groupe genero clase especie etiqueta objetivo categoria "
    "tipo resultado diagnostico grupo variedad rotulo alvo classificacao specie etichetta obiettivo esito bersaglio "
    "diagnosi gruppo soort doel uitkomst klass art utfall mal luokka laji kohde slaegt slekt klasa gatunek etykieta "
    "cel wynik kategoria trida druh cil vysledek osztaly faj cimke sinif tur etiket hedef sonuc clasa eticheta "
    "tinta kelas spesies "
    # Russian, Greek, Chinese, Japanese, Korean, Arabic, Hindi
    "класс классы метка метки вид цель результат диагноз "
    "категория тип κλαση ετικετα στοχος ειδος 类别 類別 类 标签 標籤 目标 目標 "
    "种类 種類 分类 分類 品种 结果 結果 クラス ラベル ターゲット 種 品種 클래스 라벨 목표 품종 종 فئة "
    "صنف वर्ग "
)
_ENDINGS = re.compile(r"(?<=...)(?:flag|label|variable|var|indicator|binary|yn)$")
_IS = re.compile(r"(?i:is|has|was)[_ .-].+|(?:is|has|was)[A-Z].*")


def _key(name: str) -> str:
    """A name without case, accents, spaces and signs."""
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("ß", "ss")
    return "".join(letter for letter in plain if letter.isalnum())


_RANKS = (*({name} for name in FIRST), set(_PLAIN.split()), {_key(name) for name in _OUTCOMES.split()})

OUTCOME_RANK, IS_RANK = len(_RANKS) - 1, len(_RANKS)
"""The ranks of names such as outcome, and of names such as is_fraud; those before them say 'class' plainly."""


def rank(name: str) -> int | None:
    """How plainly a column's name says that it holds the class, 0 being the plainest; None if it does not.

    In any case, singular or plural, with any signs between the words.
    """
    key = _key(re.sub(r"[(\[].*?[)\]]", "", name)) or _key(name)
    key = _ENDINGS.sub("", key) or key
    singular = (key.removesuffix("s"), key.removesuffix("es"), re.sub("ies$", "y", key))
    forms = {key, *(form for form in singular if len(form) > 2)}
    for place, names in enumerate(_RANKS):
        if forms & names:
            return place
    return IS_RANK if _IS.fullmatch(name.strip()) else None
