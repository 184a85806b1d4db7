// An old address: on to where the thing stands now, its `#…` too. Without this script the links do.
(() => {
  const name = decodeURIComponent(location.hash.slice(1));
  const part = name && document.getElementById(name)?.querySelector("a");
  const page = document.getElementById("moved");
  location.replace(part ? part.href : page.href + location.hash);
})();
