// Copy-link and cite beside a tag, and old `#…` addresses. A tag is a link without this script.
(() => {
  let menu = null; // {box, at}

  function copyButton(link) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy link";
    button.dataset.copy = `${link.href}?v=${link.dataset.v}`; // copy.js does it
    return button;
  }

  function show(at) {
    if (menu?.at === at) return;
    hide();
    const link = at.querySelector(".hw-tag");
    const box = document.createElement("span");
    box.className = "hw-tag-menu";
    const cite = document.createElement("a");
    cite.href = `${link.href}#cite`;
    cite.textContent = "Cite";
    box.append(...(navigator.clipboard ? [copyButton(link)] : []), cite);
    at.append(box);
    const room = (at.closest("article") ?? document.body).getBoundingClientRect().right;
    if (box.getBoundingClientRect().right > room) box.classList.add("hw-tag-menu--left");
    menu = { box, at };
  }

  function hide() {
    menu?.box.remove();
    menu = null;
  }

  const enter = (event) => {
    const at = event.target.closest?.(".hw-tagged");
    if (at) show(at);
  };
  const leave = (event) => {
    const to = event.relatedTarget;
    if (menu && !(to instanceof Node && menu.at.contains(to)) && !menu.at.matches(":focus-within")) hide();
  };

  // Something else stood here: on to where it stands now.
  function follow() {
    const note = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (note && note.matches(".hw-moved")) location.replace(note.querySelector("a").href);
  }

  document.addEventListener("mouseover", enter);
  document.addEventListener("focusin", enter);
  document.addEventListener("mouseout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("hashchange", follow);
  follow();
})();
