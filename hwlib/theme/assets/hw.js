// Previews of what a reference points to. Every page reads well without this script.
(() => {
  const WAIT = 150; // ms: a pointer that only passes over a link opens nothing
  const pages = new Map(); // address -> promise of the page's document
  let timer = 0;
  let open = null; // {link, box}

  function pageAt(url) {
    const address = url.origin + url.pathname;
    if (address === location.origin + location.pathname) return Promise.resolve(document);
    if (!pages.has(address)) {
      const page = fetch(address)
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.statusText))))
        .then((html) => new DOMParser().parseFromString(html, "text/html"));
      page.catch(() => pages.delete(address)); // asked again at the next hover
      pages.set(address, page);
    }
    return pages.get(address);
  }

  // Glyphs and markers that the copy draws with but this page does not hold come along with it.
  function missingDefs(copy, from) {
    const ids = new Set(Array.from(copy.querySelectorAll("use"), (use) => (use.getAttribute("href") ?? use.getAttribute("xlink:href") ?? "").slice(1)));
    const defs = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    defs.setAttribute("style", "position:absolute;width:0;height:0");
    for (const id of ids) {
      const source = id && !document.getElementById(id) && !copy.querySelector(`#${CSS.escape(id)}`) && from.getElementById(id);
      if (source) defs.append(document.importNode(source, true));
    }
    return defs;
  }

  function withoutIds(copy, kept) {
    copy.removeAttribute("id");
    for (const part of copy.querySelectorAll("[id]")) if (!kept.has(part.id)) part.removeAttribute("id");
    return copy;
  }

  function boxFor(target, from) {
    const box = document.createElement("div");
    box.className = "hw-preview md-typeset";
    box.id = "hw-preview";
    box.setAttribute("role", "tooltip");
    const copy = document.importNode(target, true);
    const defs = missingDefs(copy, from);
    // On this page the original keeps its ids and the copy draws with them.
    const used = from === document ? new Set() : new Set(Array.from(copy.querySelectorAll("svg [id]"), (part) => part.id));
    box.append(withoutIds(copy, used), defs);
    return box;
  }

  function place(box, link) {
    const at = link.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    const [over, under] = [at.top - 60, innerHeight - at.bottom]; // 60: the header
    const above = over > box.offsetHeight || over > under;
    const high = Math.max(over, under) - 14; // the box keeps off the link and off the edge
    if (high < box.offsetHeight) box.style.maxHeight = `${high}px`;
    box.style.left = `${scrollX + Math.max(8, Math.min(at.left, room))}px`;
    box.style.top = `${scrollY + (above ? at.top - box.offsetHeight - 6 : at.bottom + 6)}px`;
  }

  function close() {
    clearTimeout(timer);
    if (!open) return;
    open.link.removeAttribute("aria-describedby");
    open.box.remove();
    open = null;
  }

  async function show(link) {
    const url = new URL(link.href);
    const from = await pageAt(url).catch(() => null); // no page, no preview: the link still works
    const target = from?.getElementById(decodeURIComponent(url.hash.slice(1)));
    if (!target || !link.matches(":hover, :focus-visible")) return;
    close();
    const box = boxFor(target, from);
    document.body.append(box);
    place(box, link);
    link.setAttribute("aria-describedby", box.id);
    open = { link, box };
  }

  function enter(event) {
    const link = event.target.closest?.("a.hw-ref");
    if (!link || open?.link === link) return;
    clearTimeout(timer);
    timer = setTimeout(show, WAIT, link);
  }

  function leave(event) {
    const inside = (node) => node instanceof Node && (open?.box.contains(node) || open?.link.contains(node));
    if (event.target.closest?.("a.hw-ref, .hw-preview") && !inside(event.relatedTarget)) close();
  }

  document.addEventListener("mouseover", enter);
  document.addEventListener("focusin", enter);
  document.addEventListener("mouseout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
})();
