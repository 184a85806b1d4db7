// Copying: a button for every citation, and what any button with `data-copy` does. Without this
// script the texts can be selected and the files downloaded.
(() => {
  if (!navigator.clipboard) return; // browsers give it to https alone

  for (const format of document.querySelectorAll(".hw-cite-format")) {
    const button = document.createElement("button");
    const name = document.createElement("span");
    button.type = "button";
    button.dataset.copy = format.querySelector(".hw-cite-text").textContent;
    name.textContent = ` ${format.dataset.name}`;
    button.append("Copy", name);
    format.querySelector(".hw-cite-do").prepend(button);
  }

  const status = document.createElement("p"); // what a click did, said aloud
  status.setAttribute("role", "status");
  status.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  document.body.append(status);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (!button) return;
    const text = button.firstChild;
    text.was ??= text.data;
    text.data = await navigator.clipboard.writeText(button.dataset.copy).then(() => "Copied", () => "Not allowed");
    status.textContent = text.data;
    setTimeout(() => {
      text.data = text.was;
      status.textContent = "";
    }, 3000);
  });
})();
