/** What machines ask for: robots.txt, site maps, and a network's colour as a stylesheet. Nothing installable exists on purpose: an app icon on a phone shows. */
import { Problem, type Req } from '#kernel';
import { accentCss } from '#ui';

const xmlEscape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const xml = (body: string): Response =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`, {
    headers: { 'content-type': 'application/xml; charset=utf-8' },
  });

/** Search engines may read what the public reads; a demo is kept out so that nobody finds invented numbers when looking for help. */
export async function robots(req: Req): Promise<Response> {
  const { app } = req.ctx;
  const demos = (await app.networks.all()).filter((network) => network.isDemo);
  const lines = [
    'User-agent: *',
    ...['/account', '/sign-in', '/leave', '/admin', '/*/admin', '/*/staff', '/dev/'].map((path) => `Disallow: ${path}`),
    ...demos.flatMap((network) => [`Disallow: /${network.slug}$`, `Disallow: /${network.slug}/`]),
    '',
    `Sitemap: ${app.config.baseUrl}/sitemap.xml`,
    '',
  ];
  return new Response(lines.join('\n'), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** The site maps of the networks that are no demo; where there is none, the front page alone. */
export async function sitemapIndex(req: Req): Promise<Response> {
  const { baseUrl } = req.ctx.app.config;
  const real = (await req.ctx.app.networks.all()).filter((network) => !network.isDemo);
  if (real.length === 0) {
    return xml(
      `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${xmlEscape(baseUrl)}/</loc></url></urlset>`,
    );
  }
  const maps = real.map(
    (network) => `<sitemap><loc>${xmlEscape(`${baseUrl}/${network.slug}/sitemap.xml`)}</loc></sitemap>`,
  );
  return xml(`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${maps.join('')}</sitemapindex>`);
}

/** Every public page of a network, from all modules, each with its other languages. */
export async function networkSitemap(req: Req): Promise<Response> {
  const { ctx } = req;
  const network = ctx.network!;
  const paths = (await Promise.all([...req.module.values()].map((module) => module.sitemap(ctx)))).flat();
  const address = (path: string) => xmlEscape(`${ctx.app.config.baseUrl}/${network.slug}${path}`);
  const others = (path: string) =>
    network.languages.length < 2
      ? ''
      : network.languages
          .map(
            (locale) =>
              `<xhtml:link rel="alternate" hreflang="${locale}" href="${address(`${path}?lang=${locale}`)}"/>`,
          )
          .join('');
  const urls = [...new Set(paths)].map((path) => `<url><loc>${address(path)}</loc>${others(path)}</url>`);
  return xml(
    `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">${urls.join('')}</urlset>`,
  );
}

/** `/accent/005ea2.css`: the colour is the address, so it may be kept for ever. */
export function accentSheet(req: Req): Response {
  const hex = /^([0-9a-f]{6})\.css$/.exec(req.params.file ?? '')?.[1];
  if (!hex) throw Problem.notFound();
  return new Response(accentCss(`#${hex}`), {
    headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable' },
  });
}
