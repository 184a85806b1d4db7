"""TeX to trees: every form by hand, every trap, positions, rows."""

from __future__ import annotations

import pytest

from hwlib.mathtex import ast
from hwlib.mathtex.parser import parse, parse_expression
from hwlib.mathtex.resolve import resolve
from tests.mathtex_tree import tree

NAMES = [
    (r"x", "x"),
    (r"\sigma", r"\sigma"),
    (r"\mathbf z", "bf:z"),
    (r"\boldsymbol{\theta}", r"bf:\theta"),
    (r"\vec{v}", "bf:v"),
    (r"\mathcal L", "cal:L"),
    (r"\mathrm{ReLU}", "ReLU"),
    (r"\hat y", "y.hat"),
    (r"\hat{\mathbf y}_i", "(_ bf:y.hat [i])"),
    (r"\bar{x}_n", "(_ x.bar [n])"),
    (r"z_1", "(_ z [1])"),
    (r"z_j", "(_ z [j])"),
    (r"w_{ij}", "(_ w [i j])"),
    (r"w_{i,j}", "(_ w [i j])"),
    (r"w_{12}", "(_ w [12])"),
    (r"z_{i+1}", "(_ z [(+ i 1)])"),
    (r"x_{\max}", "(_ x ['max'])"),
    (r"x_{\text{new}}", "(_ x ['new'])"),
    (r"b_\text{q}", "(_ b ['q'])"),
    (r"o_{y_i}", "(_ o [(_ y [i])])"),
    (r"\mu_{z|x}", r"(_ \mu [z '|' x])"),
    (r"\phi_{j|y=1}", r"(_ \phi [j '|' y '=' 1])"),
    (r"a^{[l]}", "(Marked a '[]' l)"),
    (r"x^{(i)}", "(Marked x '()' i)"),
    (r"a^{[l]}_j", "(_ (Marked a '[]' l) [j])"),
    (r"x_j^{(i)}", "(_ (Marked x '()' i) [j])"),
    (r"w^*", "(Marked w '*')"),
    (r"w^{\text{new}}", "(Marked w 'text' 'new')"),
    (r"\Delta x", "x.Delta"),
    (r"\Delta w_{ij}", "(_ w.Delta [i j])"),
    (r"\hat{\text{Var}}", "Var.hat"),
    (r"x_{1:n}", "(_ x [1 ':' n])"),
    (r"W_{:,j}", "(_ W [':' j])"),
    (r"a_{1n}", "(_ a [1 n])"),
    (r"x_{\log}", "(_ x ['log'])"),
    (r"w_{new}", "(_ w ['new'])"),
    (r"w^{new}", "(Marked w 'text' 'new')"),
    (r"w^{abc}", "(^ w (* a b c))"),
    (r"x_{max}", "(_ x ['max'])"),
    (r"a_{1n} + a_{2n}", "(+ (_ a [1 n]) (_ a [2 n]))"),
    (r"\boldsymbol{\mathit d}", "bf:d"),
    (r"x_{\text{min}}", "(_ x ['min'])"),
    (r"w^{\,}_{\,}", "w"),
    (r"\overset{\,}{\mathbf w}_j", "(_ bf:w [j])"),
    (r"W^{[2]T}", "(Transpose (Marked W '[]' 2) 'T')"),
    (r"\infty", "oo"),
    (r"θ − 1", r"(+ \theta (- 1))"),
]
NUMBERS = [
    (r"3", "3"),
    (r"0.8808", "1101/1250:4"),
    (r".5", "1/2:1"),
    (r"10{,}000.50", "20001/2:2"),
    (r"12\%", "3/25:2"),
    (r"1.3 \times 10^{-4}", r"(* 13/10:1 \times (^ 10 (- 4)))"),
]
ALGEBRA = [
    (r"a + b - c", "(+ a b (- c))"),
    (r"-x^2", "(- (^ x 2))"),
    (r"-2x", "(- (* 2 x))"),
    (r"\pm x", "(PlusMinus x)"),
    (r"a - (b - c)", "(+ a (- (+ b (- c))))"),
    (r"2 x y", "(* 2 x y)"),
    (r"a \cdot b \times c", r"(* a \cdot b \times c)"),
    (r"a / b \cdot c", r"(* (/ a b) \cdot c)"),
    (r"a b / c", "(/ (* a b) c)"),
    (r"\frac{a}{b}", "(/ a b)"),
    (r"\frac12 x", "(* (/ 1 2) x)"),
    (r"\frac1{x}", "(/ 1 x)"),
    (r"{a \over b}", "(/ a b)"),
    (r"x^{12}", "(^ x 12)"),
    (r"e^{-x}", "(^ e (- x))"),
    (r"2^{2^x}", "(^ 2 (^ 2 x))"),
    (r"x_1^2", "(^ (_ x [1]) 2)"),
    (r"(a + b)^2 c", "(* (^ (+ a b) 2) c)"),
    (r"\left( a + b \right) \bigl[ c \bigr]", "(* (+ a b) c)"),
    (r"\sqrt2", "(Root 2)"),
    (r"\sqrt[3]{x}", "(Root x 3)"),
    (r"|x|", "(Absolute x)"),
    (r"|a||b|", "(* (Absolute a) (Absolute b))"),
    (r"||x| - |y||", "(Absolute (+ (Absolute x) (- (Absolute y))))"),
    (r"||x||^2", "(^ (Norm x) 2)"),
    (r"\|x\|_2^2", "(^ (Norm x 2) 2)"),
    (r"\lVert x \rVert_\infty", "(Norm x oo)"),
    (r"k!(n-k)!", "(* (Factorial k) (Factorial (+ n (- k))))"),
    (r"\binom{n}{k}", "(Binomial n k)"),
    (r"{n \choose k}", "(Binomial n k)"),
    (r"A^\top B^T", r"(* (Transpose A '\\top') (Transpose B 'T'))"),
    (r"A^{-\top}", r"(Transpose (^ A (- 1)) '\\top')"),
    (r"(AB)^{-1}", "(^ (* A B) (- 1))"),
    (r"e^T", "(^ e T)"),
    (r"\langle x, y \rangle", r"(* x \langle y)"),
    (r"\langle a, b, c \rangle", "(tuple a b c)"),
    (r"\left< 2, -x \right>", r"(* 2 \langle (- x))"),
    (r"\lfloor x \rfloor", "(call floor [x])"),
    (r"1 + 2 + \dots + n", "(+ 1 2 ... n)"),
    (r"(1, \dots, n)", "(tuple 1 ... n)"),
    (r"\underbrace{a + b}_{\text{sum}} c", "(* (+ a b) c)"),
    (r"\color{red} x \, \; \! \:", "x"),
    (r"\displaystyle \cancel{x}", "x"),
]
FUNCTIONS = [
    (r"\sin x", "(call sin [x])"),
    (r"\sin 2\pi x", r"(call sin [(* 2 \pi x)])"),
    (r"\sin x \cos y", "(* (call sin [x]) (call cos [y]))"),
    (r"\sin^2 x", "(^ (call sin [x]) 2)"),
    (r"1 - \tanh^2(z)", "(+ 1 (- (^ (call tanh [z]) 2)))"),
    (r"\sin^{-1} x", "(call (Inverse sin) [x])"),
    (r"\tanh'(x)", "(call (Prime tanh 1) [x])"),
    (r"\ln x + 1", "(+ (call ln [x]) 1)"),
    (r"\ln(x) y", "(* (call ln [x]) y)"),
    (r"x \ln x", "(* x (call ln [x]))"),
    (r"\cos x \frac{dx}{dt}", "(* (call cos [x]) (Derivative x [t]))"),
    (r"\log_2 8", "(Logarithm 2 8)"),
    (r"\log_e x", "(call ln [x])"),
    (r"\log \sum_j e^{f_j}", "(call log [(Reduction 'sum' (^ e (_ f [j])) [j])])"),
    (r"\log p(x)", "(call log [(apply p x True)])"),
    (r"\exp[-x]", "(call exp [(- x)])"),
    (r"\max(a, b)", "(call max [a b])"),
    (r"\max\{a, b\}", "(call max [a b])"),
    (r"\operatorname{softmax}(\mathbf z)_i", "(_ (call softmax [bf:z]) [i])"),
    (r"\text{softmax}(z)_i", "(_ (call softmax [z]) [i])"),
    (r"f(x, y)", "(call f [x y])"),
    (r"f(x; w)", "(call f [x w])"),
    (r"f(x+1)", "(apply f (+ x 1))"),
    (r"y(1-y)", "(apply y (+ 1 (- y)))"),
    (r"a(b+c)^2", "(apply a (+ b c) 2)"),
    (r"\sigma(x)^{-1}", r"(apply \sigma x (- 1))"),
    (r"\sigma^{-1}(y)", r"(apply (^ \sigma (- 1)) y)"),
    (r"x^2(1-x)", "(apply (^ x 2) (+ 1 (- x)))"),
    (r"f''(x)", "(apply (Prime f 2) x)"),
    (r"f^{(n)}(x)", "(apply (Marked f '()' n) x)"),
    (r"h_\theta(x)", r"(apply (_ h [\theta]) x)"),
    (r"\frac{df}{dx}(a)", "(apply (Derivative f [x]) a)"),
    (r"(f \circ g)(x)", "(call (Composition [f g]) [x])"),
    (r"(fg)'(x)", "(apply (Prime (* f g) 1) x)"),
    (r"e(1+x)", "(* e (+ 1 x))"),
    (r"2(1+x)", "(* 2 (+ 1 x))"),
    (r"P(y=1)", "(Opaque P ['y' '=' '1'])"),
    (r"P(A|B)", r"(Opaque P ['A' '\\mid' 'B'])"),
    (r"P(\text{we choose } i)", r"(Opaque P ['\\text{we choose}' 'i'])"),
    (r"\Pr(A)", "(Opaque Pr ['A'])"),
    (r"\mathbb{E}[X^2]", "(Opaque bb:E ['X' '^' '2'])"),
    (r"\text{Var}[y]", "(Opaque Var ['y'])"),
    (r"E_{x \sim P} \log x", r"(Opaque E ['_' 'x' '\\sim' 'P' '[' '\\log' 'x'])"),
    (r"\mathbb{E}_{p(x)}[x]", "(Opaque bb:E ['_' 'p' '(' 'x' ')' '[' 'x'])"),
    (r"E_{x \sim P}[x]", r"(Opaque E ['_' 'x' '\\sim' 'P' '[' 'x'])"),
]
CALCULUS = [
    (r"\frac{df}{dx}", "(Derivative f [x])"),
    (r"\frac{d\sigma(x)}{dx}", r"(Derivative (apply \sigma x) [x])"),
    (r"\frac{d}{dx}\left( x^2 \right)", "(Derivative (^ x 2) [x])"),
    (r"\frac{d}{dx} x^2 e^x + 1", "(+ (Derivative (* (^ x 2) (^ e x)) [x]) 1)"),
    (r"\frac{d}{dx}(u) \cdot v", r"(* (Derivative u [x]) \cdot v)"),
    (r"\frac{d^2 f}{dx^2}", "(Derivative f [x^2])"),
    (r"\frac{d^n f}{dx^n}", "(Derivative f [x^n])"),
    (r"\frac{\mathrm{d} f}{\mathrm{d} x}", "(Derivative f [x])"),
    (r"\frac{\partial^2 F}{\partial x \partial y}", "(Derivative F [x y] True)"),
    (r"\frac{\partial F}{\partial w_1}", "(Derivative F [(_ w [1])] True)"),
    (r"\frac{\partial L}{\partial W^{[1]}}", "(Derivative L [(Marked W '[]' 1)] True)"),
    (r"\partial_x F", "(Derivative F [x] True)"),
    (r"\partial_{xy} F", "(Derivative F [x y] True)"),
    (r"dy/dx", "(Derivative y [x])"),
    (r"\partial L / \partial w", "(Derivative L [w] True)"),
    (r"\frac{\partial f}{\partial x}(a, b)", "(call (Derivative f [x] True) [a b])"),
    (r"\frac{d}{n}", "(/ d n)"),
    (r"ad - bc", "(+ (* a d) (- (* b c)))"),
    (r"\nabla_w L", "(Gradient L w 1)"),
    (r"\nabla f(x)", "(Gradient (apply f x) 1)"),
    (r"\nabla^2 f", "(Gradient f 2)"),
    (r"\nabla f(x)^\top y", r"(* (Transpose (Gradient (apply f x) 1) '\\top') y)"),
    (r"\nabla^2 f(x)^{-1} y", "(* (^ (Gradient (apply f x) 2) (- 1)) y)"),
    (r"\nabla (f(x)^2)", "(Gradient (apply f x 2) 1)"),
    (r"\nabla \|x\|^2", "(Gradient (^ (Norm x) 2) 1)"),
    (r"\int_0^1 x^2 \, dx", "(Integral (^ x 2) x 0 1)"),
    (r"\int x + 1 \, dx", "(Integral (+ x 1) x)"),
    (r"\int xdx", "(Integral x x)"),
    (r"\int \frac{dx}{x}", "(Integral (/ 1 x) x)"),
    (r"\int \sqrt{u} \cdot \frac{du}{2}", "(Integral (* (Root u) (/ 1 2)) u)"),
    (r"\int_{\mathbb R} f(x) \, dx", "(Integral (apply f x) x (- oo) oo)"),
    (r"\int_0^1 \int_0^x y \, dy \, dx", "(Integral (Integral y y 0 x) x 0 1)"),
    (r"\iint_R f \, dx \, dy", r"(Opaque \iint ['_' '{' 'R' '}' 'f' 'd' 'x' 'd' 'y'])"),
    (r"\int_D x \, \mathrm d x", r"(Opaque \int ['_' '{' 'D' '}' 'x' 'd' 'x'])"),
    (r"\oint_C F \, ds + 1", r"(+ (Opaque \oint ['_' '{' 'C' '}' 'F' 'd' 's']) 1)"),
    (r"\int_{D_1} x \, dx", r"(Opaque \int ['_' '{' 'D' '_' '1' '}' 'x' 'd' 'x'])"),
    (r"\lim_{x \to \infty} f(x)", "(Limit (apply f x) x oo)"),
    (r"\lim_{x \to 0^+} \frac1x", "(Limit (/ 1 x) x 0 '+')"),
    (r"\lim_{h \to 0} \frac{a}{h} + 1", "(+ (Limit (/ a h) h 0) 1)"),
    (r"\left. f \right|_{x=0, y=1}", "(Evaluated f [[x 0] [y 1]])"),
    (r"x^2 \Big|_{x=1}", "(Evaluated (^ x 2) [[x 1]])"),
    (r"\left[ x^3 \right]_0^1", "(Between (^ x 3) 0 1)"),
    (r"x^3 \Big|_{x=0}^{x=1}", "(Between (^ x 3) 0 1 x)"),
    (r"\sum_{j=1}^{K} e^{z_j}", "(Reduction 'sum' (^ e (_ z [j])) [j] 1 K)"),
    (r"\sum_j a_j b_j + c", "(+ (Reduction 'sum' (* (_ a [j]) (_ b [j])) [j]) c)"),
    (r"\sum_{i,j} a_{ij}", "(Reduction 'sum' (_ a [i j]) [i j])"),
    (r"\sum_{j \ne i} a_j", "(Reduction 'sum' (_ a [j]) [j] [(j != i)])"),
    (r"\sum_{j=1, j \ne i}^K a_j", "(Reduction 'sum' (_ a [j]) [j] 1 K [(j != i)])"),
    (r"\sum_{1 \le i < j \le n} a", "(Reduction 'sum' a [i j] [(1 <= i < j <= n)])"),
    (r"\sum_{x \in S} x", "(Reduction 'sum' x [x] [(Membership [x] S)])"),
    (r"\sum_i -y_i", "(Reduction 'sum' (- (_ y [i])) [i])"),
    (r"(\sum_i a_i) + b_i", "(+ (Reduction 'sum' (_ a [i]) [i]) (_ b [i]))"),
    (r"\prod_{i=1}^n x_i", "(Reduction 'prod' (_ x [i]) [i] 1 n)"),
    (r"\max_j z_j", "(Reduction 'max' (_ z [j]) [j])"),
    (r"\arg\max_x f(x)", "(Reduction 'argmax' (apply f x) [x])"),
    (r"\operatorname*{arg\,max}_x x", "(Reduction 'argmax' x [x])"),
    (r"\frac{\partial{F_1}}{\partial{x_2}}", "(Derivative (_ F [1]) [(_ x [2])] True)"),
    (r"\boldsymbol\nabla f", "(Gradient f 1)"),
    (r"\lim_{x \to 0+} x", "(Limit x x 0 '+')"),
    (r"\lim_{\Delta x \to 0} -\Delta x", "(Limit (- x.Delta) x.Delta 0)"),
    (r"\underset{h \to 0}\lim h", "(Limit h h 0)"),
    (r"\underset{i=1}{\overset{n}{\sum}} a_i", "(Reduction 'sum' (_ a [i]) [i] 1 n)"),
    (r"\underset{x}{\text{argmin}} -x", "(Reduction 'argmin' (- x) [x])"),
    (r"\sum_{i : y_i = c} x_i", "(Reduction 'sum' (_ x [i]) [i] [((_ y [i]) = c)])"),
    (
        r"\max_{i = 1, \dots, n} x_i",
        "(Reduction 'max' (_ x [i]) [i] [(Membership [i] (IndexRange 1 n))])",
    ),
    (r"x^2 \mid_{x=1}", "(Evaluated (^ x 2) [[x 1]])"),
    (r"[P(y = 1) + c]", r"(+ (Opaque P ['y' '=' '1']) c)"),
    (r"\text{log}\, p", "(call log [p])"),
    (r"\mathrm{max}(0, x)", "(call max [0 x])"),
    (r"\pi(a \mid s)", r"(Opaque \pi ['a' '\\mid' 's'])"),
    (r"\pi(x + 1)", r"(* \pi (+ x 1))"),
]
SHAPES = [
    (r"(a, b)", "(tuple a b)"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(Matrix [[1 2] [3 4]])"),
    (r"\begin{bmatrix} a \\[1em] b \end{bmatrix}^\top", r"(Transpose (Matrix [[a] [b]]) '\\top')"),
    (r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}", "(call det [(Matrix [[a b] [c d]])])"),
    (
        r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        "(Cases [(Branch 1 [(x > 0)]) (Branch 0)])",
    ),
    (
        r"\left\{ \begin{array}{ll} z, & z > 0, \\ 0, & z \le 0. \end{array} \right.",
        "(Cases [(Branch z [(z > 0)]) (Branch 0 [(z <= 0)])])",
    ),
    (r"\mathbb{1}[i = j]", "(Indicator [(i = j)])"),
    (r"1\{y = k\}", "(Indicator [(y = k)])"),
    (r"\mathbf 1_{x > 0}", "(Indicator [(x > 0)])"),
    (r"[i = j]", "(Indicator [(i = j)])"),
    (r"\delta_{ij}", r"(_ \delta [i j])"),
]


@pytest.mark.parametrize(
    ("tex", "expected"), [*NAMES, *NUMBERS, *ALGEBRA, *FUNCTIONS, *CALCULUS, *SHAPES]
)
def test_expression(tex: str, expected: str) -> None:
    assert tree(parse_expression(tex)) == expected


STATEMENTS = [
    (r"\sigma(x) := \frac{1}{2}", [r"(Definition (call \sigma [x]) (/ 1 2))"]),
    (
        r"\operatorname{softmax}(\mathbf z)_i \coloneqq z_i",
        ["(Definition (_ (call softmax [bf:z]) [i]) (_ z [i]))"],
    ),
    (r"P(y=1) := p", ["(Definition (Opaque P ['y' '=' '1']) p)"]),
    (r"y := S = b", ["(Definition y S)", "(Claim (S = b))"]),
    (r"a = b = c", ["(Claim (a = b = c))"]),
    (r"a \stackrel{(1)}{=} b", ["(Claim (a = b))"]),
    (r"a \overset{\text{def}}{=} b", ["(Definition a b)"]),
    (r"\sigma(2) \approx 0.8808", [r"(Claim ((apply \sigma 2) ~= 1101/1250:4))"]),
    (r"0 < x \le 1", ["(Claim (0 < x <= 1))"]),
    (r"a \equiv b \not= c \geq d", ["(Claim (a == b != c >= d))"]),
    (r"\boxed{a = b}", ["(Claim (a = b))"]),
    (r"du = 2x \, dx", ["(Claim ((Differential u) = (* 2 x (Differential x))))"]),
    (r"dv = \cos t \, dt", ["(Claim ((Differential v) = (* (call cos [t]) (Differential t))))"]),
    (r"dz = 0", ["(Claim ((Differential z) = 0))"]),
    (r"y = w x \in \mathbb R^n", ["(Claim (y = (* w x)))"]),
    (r"w \leftarrow w - g", ["(Display w)", "(Display (+ w (- g)))"]),
    (
        r"a = b \\ & = c && \text{using } d = e \text{ and } f = g \\ & = h",
        ["(Claim (d = e))", "(Claim (f = g))", "(Claim (a = b = c = h))"],
    ),
    (
        r"\begin{align} a &= b && \text{factoring out } c \\ &= d \end{align}",
        ["(Claim (a = b = d))"],
    ),
    (r"a{=}b", ["(Claim (a = b))"]),
    (r"a = b, \quad c = d.", ["(Claim (a = b))", "(Claim (c = d))"]),
    (r"a = b \hspace{1in} c = d", ["(Claim (a = b))", "(Claim (c = d))"]),
    (r"a = b \text{ and } c = d", ["(Claim (a = b))", "(Claim (c = d))"]),
    (r"a = b, \quad x > 0", ["(Claim [(x > 0)] (a = b))"]),
    (r"a = b \qquad (x, y > 0)", ["(Claim [(x > 0) (y > 0)] (a = b))"]),
    (r"a = b \quad (x \in \mathbb R)", ["(Claim [(Membership [x] bb:R)] (a = b))"]),
    (r"y := x, \quad y \le 0", ["(Definition y x)", "(Claim (y <= 0))"]),
    (r"y := x, \quad x > 0, y > 0", ["(Definition [(x > 0)] y x)", "(Claim [(x > 0)] (y > 0))"]),
    (r"a = b \quad \text{if} \quad x > 0", ["(Claim [(x > 0)] (a = b))"]),
    (r"a = b \text{ for all } x \in \mathbb R", ["(Claim [(Membership [x] bb:R)] (a = b))"]),
    (r"a = b \quad \forall x > 0", ["(Claim [(x > 0)] (a = b))"]),
    (r"a = b \text{ for any } n", ["(Claim (a = b))"]),
    (r"a = b, \text{ where } z = wx", ["(Claim [(z = (* w x))] (a = b))"]),
    (r"a = b \text{ since } x > 0", ["(Claim [(x > 0)] (a = b))"]),
    (
        r"a_i = b, \quad i = 1, \dots, n",
        ["(Claim [(Membership [i] (IndexRange 1 n))] ((_ a [i]) = b))"],
    ),
    (r"\text{if } x > 0 \text{ then } a = b", ["(Claim [(x > 0)] (a = b))"]),
    (r"x, y \in \mathbb R^n", ["(Given [(Membership [x y] (^ bb:R n))])"]),
    (r"x \in (0, 1]", ["(Given [(Membership [x] (Interval 0 1 True))])"]),
    (r"k \in \{1, \dots, K\}", ["(Given [(Membership [k] (IndexRange 1 K))])"]),
    (r"y \in \{0, 1\}", ["(Given [(Membership [y] (SetLiteral [0 1]))])"]),
    (r"x \in \mathbb{R}_{>0}", ["(Given [(Membership [x] (Marked bb:R 'text' '>0'))])"]),
    (r"a = b \iff c = d", ["(Implication [[(a = b)] [(c = d)]] ['<=>'])"]),
    (r"a = b \quad\Rightarrow\quad c = d", ["(Implication [[(a = b)] [(c = d)]] ['=>'])"]),
    (r"x = 1, y = 2 \implies z = 3", ["(Implication [[(x = 1) (y = 2)] [(z = 3)]] ['=>'])"]),
    (r"\frac{x}{2}", ["(Display (/ x 2))"]),
    (r"\lim_{x \to 0} x?", ["(Display (Limit x x 0))"]),
    (r"\text{loss} = \text{old loss} - 1", ["(Claim (loss = (+ old loss (- 1))))"]),
    (r"\text{mean of $f$ on $R$} = 2", ["(Claim (mean of f on R = 2))"]),
    (r"a = b \text{ (the $n^{th}$ term)}", ["(Claim (a = b))"]),
    (
        r"a = b \text{ for $x$ in $(0, 1)$}",
        ["(Claim [(Membership [x] (Interval 0 1))] (a = b))"],
    ),
    (r"X \sim N(0, 1)", [r"(Claim (X \sim (call N [0 1])))"]),
    (r"x_i, y_i \sim p", [r"(Claim ((_ y [i]) \sim p))"]),
    (r"f: \mathbb R^n \to \mathbb R", [r"(Claim ((^ bb:R n) \to bb:R))"]),
    (r"a = b \propto c = d", [r"(Claim (a = b \propto c = d))"]),
    (r"a = b \\ & \propto c \\ & = d", [r"(Claim (a = b \propto c = d))"]),
    (r"a = b \text{ where } X \sim p", ["(Claim (a = b))", r"(Claim (X \sim p))"]),
    (r"r := a \propto b", ["(Definition r a)", r"(Claim (a \propto b))"]),
    (r"a = b \quad \rightarrow \quad c = d", ["(Claim (a = b))", "(Claim (c = d))"]),
    ("", []),
]


@pytest.mark.parametrize(("tex", "expected"), STATEMENTS)
def test_statement(tex: str, expected: list[str]) -> None:
    assert [tree(s) for s in parse(tex).statements] == expected


def test_reasons_are_kept() -> None:
    (claim,) = parse(r"\text{so } a = b \text{ (chain rule)}").statements
    assert claim.reasons == ("so", "(chain rule)")


# --- traps ---------------------------------------------------------------------------------------

TRAPS = [
    (r"x^12", 1, "^{12}"),
    (r"e^-x", 1, "^{-x}"),
    (r"x_12", 1, "_{12}"),
    (r"x^(2)", 1, "^{"),
    (r"1/2x", 3, r"\frac"),
    (r"a/b/c", 1, r"\frac"),
    (r"2x3", 2, r"\cdot"),
    (r"2 \cdot 3 4", 10, r"\cdot"),
    (r"1.5e-3", 3, r"\times 10"),
    (r"2.718\ldots", 5, r"\approx"),
    (r"ln(x)", 0, r"\ln"),
    (r"2 exp(x)", 2, r"\exp"),
    (r"relu(x)", 0, r"\operatorname{relu}"),
    (r"x_{vck}", 3, r"\text{vck}"),
    (r"w_{2i}", 3, "comma"),
    (r"a_{1n} + b_{2n}", 12, "comma"),
    (r"Loss = 1", 0, r"\text{Loss}"),
    (r"\mathbb{E}_{x \sim p} x + 1", 22, "E_{x"),
    (r"\mathbb{E}_{x \sim p} x \mathbb{E}[y]", 22, "E_{x"),
    (r"\text{the $n^{th}$ term} = 3", 0, ""),
    (r"\ln(x)^2", 6, r"\ln^{n}"),
    (r"\operatorname{tanh}(x)^2", 22, r"\tanh^{n}"),
    (r"\sin \pi/2", 8, "brackets"),
    (r"\sin x e^x", 7, "brackets"),
    (r"\sin -x", 5, "brackets"),
    (r"{\mathrm{argmax}} P(x)", 18, "argmax"),
    (r"\operatorname{tr} A", 18, r"\operatorname{tr}(…)"),
    (r"a + -b", 4, "brackets"),
    (r"a \cdot --b", 9, ""),
    (r"\frac{d}{dx}(u)(v)", 15, r"\cdot"),
    (r"\frac{d}{dx} u \cdot v", 15, "brackets"),
    (r"\frac{\partial f}{\partial x}(a)", 29, r"\Big|"),
    (r"\frac{d^2 f}{dx}", 6, ""),
    (r"\frac{df}{\partial x}", 6, ""),
    (r"dx", 0, "derivative"),
    (r"cx + dy = f", 5, r"d \cdot x"),
    (r"\sqrt{dx} = dy", 6, r"d \cdot x"),
    (r"\frac{1}{dx} = dy", 9, r"d \cdot x"),
    (r"dx^2 = dy^2", 0, r"d \cdot x"),
    (r"w \leftarrow dx", 13, r"d \cdot x"),
    (r"\frac{dh}{d(x^2)}", 10, "u := "),
    (r"y = \mathop{\textrm{minimize}}_{x} f", 35, "operatorname{minimize}"),
    (r"\int x", 0, "dx"),
    (r"\int_0 x \, dx", 0, "both limits"),
    (r"\int_a x \, dx", 0, "both limits"),
    (r"\int x \, dx \, dy", 16, r"\int"),
    (r"\sum_{i=1} x_i", 0, "^{n}"),
    (r"\sum^n x", 0, "_{i=1}"),
    (r"\sum x_i", 0, "_{i=1}"),
    (r"\sum_{i=1,j=1}^n x", 10, "one sign"),
    (r"\sum_i a_i + b_i", 13, "brackets"),
    (r"\prod_i a_i \cdot b", 12, "brackets"),
    (r"\max_j z_j b", 0, "brackets"),
    (r"\lim_{x} f", 6, r"\to"),
    (r"x + x^2 \Big|_0^1", 4, r"\left."),
    (r"A^\top_{ij}", 2, r"(A^\top)_{ij}"),
    (r"P[y]", 1, "a_{i}"),
    (r"\mathbb{E}_i x_i + 1", 13, "E_{x"),
    (r"\arg\max_w f(w) + g", 0, "brackets"),
    (r"(2*g)(x)", 0, r"\cdot"),
    (r"f(x)'", 0, "f'(x)"),
    (r"\nabla_x \cdot F", 0, "components"),
    (r"\nabla f(x)^2", 7, "brackets"),
    (r"\nabla \frac12 f", 15, "brackets"),
    (r"\nabla \mathbf a^\top \mathbf x", 22, "brackets"),
    (r"\prod_c a_c \prod_j \prod_c b_{jc}", 0, "brackets"),
    (r"90^\circ", 3, "radians"),
    (r"n!!", 2, "product"),
    (r"(1, 2]", 0, r"\in"),
    (r"|x", 0, ""),
    (r"(x", 0, ""),
    (r"x)", 1, ""),
    (r"{x", 0, "}"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", 0, ""),
    (r"\unknown x", 0, ""),
    (r"\underbrace{\mu}_{\eta} y", 16, r"\text"),
    (r"x # y", 2, "TeX command"),
    (r"\pi \sim 3.1", 4, r"\approx"),
    (r"X \sim p \implies a = b", 2, "% unchecked"),
    (r"2 = A \cup B", 0, "name the set"),
    (r"2 + \{x : x > 0\} = y", 8, "% unchecked"),
    (r"\lim_{(x, y) \to (0, 0)} x + y = 0", 27, "in brackets"),
    (r"w \leftarrow w - g = 2", 2, "% unchecked"),
    (r"x = 1 \text{ or } x = 2", 6, "% unchecked"),
    (r"a = b?", 5, ""),
    (r"= b", 0, ""),
    (r"a =", 3, ""),
    (r"a = b, c", 7, "row of its own"),
    (r"f'(x) := 1", 0, "function itself"),
    (r"2x := 1", 0, "="),
    (r"a = b := c", 6, "row of its own"),
    (r"a = b \in (0, 1)", 2, "apart"),
    (r"a = b \in \mathbb{R}_{>0}", 2, "apart"),
    (r"\langle x \rangle", 0, r"\bar x"),
    (r"\text{if } x > 0, f(x) = x", 18, r"\quad"),
    (r"n = k \text{ for some } k", 6, "% unchecked"),
    (r"a = b \iff", 6, ""),
    (r"a = b \quad (x = 1)", 12, r"\text{ where }"),
    (r"s^2 := a", 0, r"s := \sqrt"),
]


@pytest.mark.parametrize(("tex", "offset", "hint"), TRAPS)
def test_trap(tex: str, offset: int, hint: str) -> None:
    (failure,) = parse(tex).statements
    assert isinstance(failure, ast.Failure)
    assert (failure.error.offset, hint in failure.error.hint) == (offset, True), failure.error


@pytest.mark.parametrize(
    ("tex", "rewrite"),
    [
        (r"x^12", r"x^{12}"),
        (r"e^-x", r"e^{-x}"),
        (r"1/2x", r"\frac{1}{2}x"),
        (r"ln(x)", r"\ln(x)"),
        (r"\ln(x)^2", r"\ln^{2}(x)"),
        (r"\frac{d}{dx}(u)(v)", r"\frac{d}{dx}(u) \cdot (v)"),
        (r"\sum_i a_i + b_i", r"\sum_i (a_i + b_i)"),
    ],
)
def test_the_rewrite_of_a_trap_is_read(tex: str, rewrite: str) -> None:
    with pytest.raises(ast.TexError):
        parse_expression(tex)
    parse_expression(rewrite)


# --- rows ----------------------------------------------------------------------------------------


def rows(tex: str) -> list[str]:
    return [tree(s) for s in parse(tex).statements]


def test_rows_go_on() -> None:
    assert rows(r"\begin{aligned} a &= b \\[1em] &= c \\ d &= e \end{aligned}") == [
        "(Claim (a = b = c))",
        "(Claim (d = e))",
    ]


def test_a_row_may_go_on_with_an_expression() -> None:
    assert rows(r"\begin{align} & f \\ =& g \\ <& h \end{align}") == ["(Claim (f = g < h))"]


def test_a_row_may_go_on_with_a_definition() -> None:
    assert rows(r"a &:= b \\ &= c") == ["(Definition a b)", "(Claim (b = c))"]


def test_a_row_with_its_own_condition_is_a_claim_of_its_own() -> None:
    assert rows(r"a &= b \\ &= c \text{ if } x > 0") == [
        "(Claim (a = b))",
        "(Claim [(x > 0)] (b = c))",
    ]


def test_lines_that_run_on_are_joined() -> None:
    assert rows(r"a &= b \\ &\quad + c \\ &\quad - d") == ["(Claim (a = (+ b c (- d))))"]
    assert rows(r"a = b + \\ c") == ["(Claim (a = (+ b c)))"]
    assert rows(r"a = \Big( b \\ + c \Big)") == ["(Claim (a = (+ b c)))"]


def test_spacing_after_a_row_and_a_bracket_after_a_row() -> None:
    assert rows(r"a = b \\[1em] [x+1] = c") == ["(Claim (a = b))", "(Claim ((+ x 1) = c))"]
    assert rows(r"a = b \\ [x+1] = c") == ["(Claim (a = b))", "(Claim ((+ x 1) = c))"]


def test_second_ampersand_begins_a_column() -> None:
    assert rows(r"\begin{align} a &= b & c &= d \end{align}") == [
        "(Claim (a = b))",
        "(Claim (c = d))",
    ]
    assert rows(r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}") == ["(Claim (a = b = c))"]


def test_environments_inside_one_another() -> None:
    inner = r"\label{eq-a} \begin{split} a &= b \\ &= c \end{split} \tag{1}"
    tex = rf"\begin{{equation}} {inner} \end{{equation}}"
    assert rows(tex) == ["(Claim (a = b = c))"]


def test_arrows_go_on() -> None:
    assert rows(r"a = b \\ \iff c = d \\ \Rightarrow e = f") == [
        "(Implication [[(a = b)] [(c = d)] [(e = f)]] ['<=>' '=>'])"
    ]


def test_one_unread_row_does_not_cascade() -> None:
    found = rows(r"a &= x^12 \\ &= b \\ &= c \\ d &= e")
    assert found == ["!6", "!14<", "!22<", "(Claim (d = e))"]


def test_a_dependent_row_names_its_cause() -> None:
    first, second = parse(r"a &= x^12 \\ &= b").statements
    assert isinstance(first, ast.Failure)
    assert isinstance(second, ast.Failure)
    assert second.cause is first.error


def test_a_bad_character_spoils_its_row_only() -> None:
    assert rows("a = # \\\\ b = c") == ["!4", "(Claim (b = c))"]


def test_a_formula_under_a_brace_spoils_its_row_only() -> None:
    assert rows(r"a = \underbrace{b}_{c} \\ d = e \\ f = g") == [
        "!18",
        "(Claim (d = e))",
        "(Claim (f = g))",
    ]


def test_a_display_may_go_on_with_the_one_before() -> None:
    before = parse("a = b").statements[-1]
    assert [tree(s) for s in parse("= c", before).statements] == ["(Claim (b = c))"]
    failed = parse("a = x^12").statements[-1]
    assert [tree(s) for s in parse("= c", failed).statements] == ["!0<"]


# --- positions -----------------------------------------------------------------------------------


def test_every_node_knows_where_it_stands() -> None:
    tex = r"\sigma'(z) = \frac{e^{-z}}{(1+e^{-z})^2}"
    (claim,) = parse(tex).statements
    shown = {tex[node.span.start : node.span.end] for node in ast.walk(claim)}
    assert {r"\sigma'(z)", "e^{-z}", "-z", r"\frac{e^{-z}}{(1+e^{-z})^2}", "1+e^{-z}"} <= shown


def test_links_point_at_their_relation() -> None:
    tex = "a = b \\\\\n &< c"
    (claim,) = parse(tex).statements
    assert isinstance(claim, ast.Claim)
    links = list(claim.chain.links())
    assert [tex[link.span.start : link.span.end] for link in links] == ["= b", "< c"]
    assert [(tree(link.left), link.operator, tree(link.right)) for link in links] == [
        ("a", "=", "b"),
        ("b", "<", "c"),
    ]


def test_positions_do_not_count_in_comparisons() -> None:
    assert parse_expression("a+b") == parse_expression(r"  a \, + b")
    assert hash(parse_expression("a+b")) == hash(parse_expression(" a + b"))
    assert parse_expression("a+b") != parse_expression("a-b")


# --- directives ----------------------------------------------------------------------------------


def test_directives() -> None:
    lines = ["unchecked: quoted, see it", "domain: 0 < y < 1, x > 0", "functions: f, g_1", "aside"]
    tex = "\n".join(f"% {line}" for line in lines) + "\na = b"
    block = parse(tex)
    assert [(d.kind, d.text) for d in block.directives] == [
        ("unchecked", "quoted, see it"),
        ("domain", "0 < y < 1, x > 0"),
        ("functions", "f, g_1"),
    ]
    assert tree(block.directives[1].conditions) == "[(0 < y < 1) (x > 0)]"
    assert tree(block.directives[2].names) == "[f (_ g [1])]"
    assert [tree(s) for s in block.statements] == ["(Claim (a = b))"]


def test_a_condition_of_a_directive_points_into_the_text() -> None:
    tex = "% given: b^x = a\nx = 1"
    (given,) = parse(tex).directives
    (condition,) = given.conditions
    assert tex[condition.span.start : condition.span.end] == "b^x = a"


@pytest.mark.parametrize("line", ["% unchecked", "% unchecked:  ", "% given: x^12", "% domain: y"])
def test_a_directive_without_its_content_fails(line: str) -> None:
    failures = [s for s in parse(f"{line}\na = b").statements if isinstance(s, ast.Failure)]
    assert len(failures) == 1


# --- calls and products --------------------------------------------------------------------------


def roles(**known: str):
    return lambda name: known.get(tree(name).strip("\\"), "unknown")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("f(x+1)", "(call f [(+ x 1)])"),
        ("y(1-y)", "(* y (+ 1 (- y)))"),
        ("f(x)^2 y(x)^2", "(* (^ (call f [x]) 2) (* y (^ x 2)))"),
        (r"\sigma^{-1}(y)", r"(call (Inverse \sigma) [y])"),
        (r"\sigma(y)^{-1}", r"(^ (call \sigma [y]) (- 1))"),
        ("y^{-1}(x)", "(* (^ y (- 1)) x)"),
        ("f''(x)", "(call (Prime f 2) [x])"),
        ("f^{(n)}(x)", "(call (NthDerivative f n) [x])"),
        ("y^{(i)}(1+x)", "(* (Marked y '()' i) (+ 1 x))"),
        ("f(f(x))", "(call f [(call f [x])])"),
        ("f(x)! y(n)!", "(* (Factorial (call f [x])) (* y (Factorial n)))"),
        ("(fg)'(x)", "(call (Prime (* f g) 1) [x])"),
        ("(yx)'(1+x)", "(* (Prime (* y x) 1) (+ 1 x))"),
        (r"\frac{df}{dx}(a)", "(call (Prime f 1) [a])"),
        (r"\frac{dy}{dx}(a)", "(* (Derivative y [x]) a)"),
        ("P(A)", "(Opaque P ['A'])"),
        (r"\log f(x)", "(call log [(call f [x])])"),
        ("f(x)^T", r"(Transpose (call f [x]) '\\top')"),
    ],
)
def test_resolve(tex: str, expected: str) -> None:
    role = roles(
        f="function", g="function", sigma="function", y="variable", x="variable", P="opaque"
    )
    found = resolve(parse_expression(tex), role)
    assert tree(found) == expected
    assert not any(isinstance(node, ast.Application) for node in ast.walk(found))


@pytest.mark.parametrize("tex", ["q(x+1)", r"\log y(x)", "f^2(x)"])
def test_resolve_never_guesses(tex: str) -> None:
    with pytest.raises(ast.AmbiguousError):
        resolve(parse_expression(tex), roles(f="function", y="variable"))
