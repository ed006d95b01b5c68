"use strict";
// Asks for the access code. An address that ends in #CODE gives it: what follows the number sign is never sent with it.
(() => {
  const code = document.getElementById("code"), problem = document.getElementById("problem");
  const enter = async () => {
    problem.textContent = "";
    try {
      const answer = await fetch("enter", {method: "POST", body: code.value});
      if (answer.ok) location.reload();
      else problem.textContent = await answer.text();
    } catch {
      problem.textContent = "The server does not answer.";
    }
    code.select();
  };
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });
  if (location.hash.length > 1) {
    code.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
    enter();
  }
})();
