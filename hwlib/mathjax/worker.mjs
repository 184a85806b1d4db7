// Typesets TeX with MathJax, public components only: one JSON object a line in, one a line out.
//
//   in   {"tex": "\\frac{1}{2}", "display": true, "drawn": true}
//   out  {"wide": SVG, "width": em, "narrow": SVG or null, "narrowWidth": em,
//         "glyphs": {id: path}, "mathml": MathML}        or   {"error": message}
//        {"mathml": MathML} where nothing is to be drawn
//
// Each formula stands alone: the glyph cache is emptied before it, and no package is loaded that
// could carry a definition or a number from one formula to the next. So a result depends on its
// own TeX only, which is what lets the caller cache it.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const NARROW = 18; // em; the widest row that fits a 360 px phone
const X_HEIGHT = 0.442; // em; MathJax writes ex of its own font
const SCALE = 1.13; // text em per em of the formula: evens out the small x-height of the maths font
const OPEN = 4; // MathJax's number for the class of an opening bracket
const THIN = '0.167em'; // MathJax's width of `\,`
const SHORT = 6; // em; a formula in a sentence up to this width stays on one line
const LEADING = 0.6; // em between the lines of a broken formula: fractions stand apart
const EM = 16; // px; any value does, since every length is turned back into em

const mathjax = createRequire(`${process.argv[2]}/package.json`).resolve('mathjax');
const { default: MathJax } = await import(pathToFileURL(mathjax).href);
await MathJax.init({
  loader: {
    load: ['input/tex-base', 'output/svg', 'adaptors/liteDOM',
      '[tex]/ams', '[tex]/boldsymbol', '[tex]/mathtools', '[tex]/textmacros'],
  },
  tex: {
    packages: ['base', 'ams', 'boldsymbol', 'mathtools', 'textmacros'],
    formatError: (_, error) => { throw error; },
  },
  svg: { fontCache: 'global', displayOverflow: 'linebreak', linebreaks: { lineleading: LEADING } },
});
const { adaptor, input, output } = MathJax.startup;

// No line ends before a sign behind an opening bracket, as in f(-x), nor at the thin space `\,`: it
// stands between two factors, and the next line would not say that they are multiplied.
input[0].postFilters.add(({ data }) => data.root.walkTree((node) => {
  const before = node.isKind('mo') && node.parent?.childNodes[node.parent.childIndex(node) - 1];
  const thin = node.isKind('mspace') && node.attributes.get('width') === THIN;
  if (before?.texClass === OPEN || thin) node.attributes.set('linebreak', 'nobreak');
}));

const em = (ex) => Number((ex * X_HEIGHT).toFixed(3));

/** Leaves out each <g> that has no attributes: it groups what needs no group. */
function ungroup(markup) {
  const kept = [];
  return markup.replace(/<g( [^>]*)?>|<\/g>/g, (tag, attributes) => {
    if (tag !== '</g>') kept.push(attributes !== undefined);
    return (tag === '</g>' ? kept.pop() : kept.at(-1)) ? tag : '';
  });
}

/**
 * The markup without what only MathJax's own menu reads, with few elements (a phone's browser pays
 * for each) and lengths in em of the text around it.
 */
function slim(node) {
  const markup = adaptor.innerHTML(node)
    .replace(/ data-mml-node="(?!mtable")[^"]*"/g, '')
    .replace(/ (?:data-latex|data-c|data-mjx-[a-z]+|role|focusable|xmlns(?::xlink)?)="[^"]*"/g, '')
    .replace(/xlink:href="#MJX-NCM-/g, 'href="#mjx-')
    .replace(/><\/(?:use|path|rect|line)>/g, '/>')
    .replace(/(-?[\d.]+)ex/g, (_, ex) => `${Number((ex * X_HEIGHT * SCALE).toFixed(3))}em`);
  return ungroup(markup).replace(/<g( transform="[^"]*")><use( href="[^"]*")\/><\/g>/g, '<use$2$1/>');
}

async function draw(tex, display, width) {
  const node = await MathJax.tex2svgPromise(tex, {
    display, em: EM, ex: EM * X_HEIGHT, containerWidth: width * EM,
  });
  const pieces = adaptor.tags(node, 'svg').map((svg) => parseFloat(adaptor.getAttribute(svg, 'width')));
  const total = em(pieces.reduce((sum, ex) => sum + ex, 0));
  const svg = slim(node);
  return { svg: total > SHORT ? svg : svg.replaceAll('<mjx-break', '<mjx-break class="hw-whole"'), width: total };
}

function glyphs() {
  const paths = adaptor.childNodes(output.fontCache.getCache());
  return Object.fromEntries(paths.map((path) => [
    adaptor.getAttribute(path, 'id').replace('MJX-NCM-', 'mjx-'), adaptor.getAttribute(path, 'd'),
  ]));
}

async function mathml(tex, display) {
  return (await MathJax.tex2mmlPromise(tex, { display }))
    .replace(/ (?:data-[a-z-]+|xmlns)="[^"]*"/g, '')
    .replace(/>\s+</g, '><');
}

async function typeset({ tex, display, drawn }) {
  output.clearFontCache();
  const shown = tex.replaceAll(':=', '\\coloneqq '); // the colon on the axis of the equals sign
  const read = await mathml(tex, display);
  if (!drawn) return { mathml: read };
  const wide = await draw(shown, display, 10000);
  const narrow = display && wide.width > NARROW ? await draw(shown, display, NARROW) : null;
  const breaks = narrow !== null && narrow.width < wide.width;
  return {
    wide: wide.svg,
    width: wide.width,
    narrow: breaks ? narrow.svg : null,
    narrowWidth: breaks ? narrow.width : wide.width,
    glyphs: glyphs(),
    mathml: read,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await typeset(JSON.parse(line)).catch((error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
