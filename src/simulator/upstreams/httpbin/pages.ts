/** The fixed texts of httpbin. */
export const teapot = [
  '',
  '    -=[ teapot ]=-',
  '',
  '       _...._',
  "     .'  _ _ `.",
  '    | ."` ^ `". _,',
  '    \\_;`"---"`|//',
  '      |       ;/',
  '      \\_     _/',
  '        `"""`',
  '',
].join('\n');

export const denied = [
  '',
  "          .-''''''-.",
  "        .' _      _ '.",
  '       /   O      O   \\',
  '      :                :',
  '      |                |',
  '      :       __       :',
  '       \\  .-"`  `"-.  /',
  "        '.          .'",
  "          '-......-'",
  "     YOU SHOULDN'T BE HERE",
  '',
].join('\n');

export const robots = 'User-agent: *\nDisallow: /deny\n';

export const html = `<!DOCTYPE html>
<html>
  <head>
  </head>
  <body>
      <h1>Herman Melville - Moby-Dick</h1>

      <div>
        <p>
          Availing himself of the mild, summer-cool weather that now reigned in these latitudes, and in preparation for the peculiarly active pursuits shortly to be anticipated, Perth, the begrimed, blistered old blacksmith, had not removed his portable forge to the hold again.
        </p>
      </div>
  </body>
</html>`;

export const xml = `<?xml version='1.0' encoding='us-ascii'?>

<!--  A SAMPLE set of slides  -->

<slideshow
    title="Sample Slide Show"
    date="Date of publication"
    author="Yours Truly"
    >

    <!-- TITLE SLIDE -->
    <slide type="all">
      <title>Wake up to WonderWidgets!</title>
    </slide>

    <!-- OVERVIEW -->
    <slide type="all">
        <title>Overview</title>
        <item>Why <em>WonderWidgets</em> are great</item>
        <item/>
        <item>Who <em>buys</em> WonderWidgets</item>
    </slide>

</slideshow>`;

export const slideshow = {
  slideshow: {
    title: 'Sample Slide Show',
    date: 'date of publication',
    author: 'Yours Truly',
    slides: [
      { type: 'all', title: 'Wake up to WonderWidgets!' },
      { type: 'all', title: 'Overview', items: ['Why <em>WonderWidgets</em> are great', 'Who <em>buys</em> WonderWidgets'] },
    ],
  },
};

export const notFound = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server.  If you entered the URL manually please check your spelling and try again.</p>
`;

export const notAllowed = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<title>405 Method Not Allowed</title>
<h1>Method Not Allowed</h1>
<p>The method is not allowed for the requested URL.</p>
`;

export const redirecting = (target: string): string => `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<title>Redirecting...</title>
<h1>Redirecting...</h1>
<p>You should be redirected automatically to target URL: <a href="${target}">${target}</a>.  If not click the link.`;

export const home =
  '<!DOCTYPE html>\n<html>\n<head>\n    <meta charset="UTF-8">\n    <title>httpbin.org</title>\n</head>\n<body>\n    <h2>httpbin.org</h2>\n    <p>A simple HTTP Request &amp; Response Service.</p>\n</body>\n</html>';
