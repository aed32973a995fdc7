/**
 * Get help now. The tab, the history and the address tell nothing; the page needs no script, keeps nothing on the device and comes in one small
 * file and one stylesheet. Reading order: danger, the ways to reach someone, what happens then, and the rest for who wants to read on.
 */
import type { Req } from '#kernel';
import { Alert, Details, Layout, LinkButton, PageHeader, Section } from '#ui';
import { SectionText, Sources } from '../document.tsx';
import { allAnswered, isEmergency, linesOf, nationalLines } from '../lines.ts';
import { LineCard } from '../ways.tsx';
import { wordsOf } from '../words.ts';

/** What most people ask before they dare to call: open. Everything else waits behind its heading. */
const openSections = ['what-happens', 'how-long', 'what-is-kept'];
const drawnApart = ['danger', 'ways'];

export function helpPage(req: Req) {
  const { ui, ctx } = req;
  const network = ctx.network!;
  const words = wordsOf(ctx.locale, 'help');
  const reader = { locale: ctx.locale, t: ctx.t };
  const lines = linesOf(network).lines.filter((line) => !isEmergency(line));
  const section = (id: string) => words.sections.find((one) => one.id === id)!;
  const danger = section('danger');
  const ways = section('ways');
  const further = words.sections.filter((one) => !openSections.includes(one.id) && !drawnApart.includes(one.id));
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor">
      <PageHeader title={words.title} lead={words.lead} />

      <section id={danger.id}>
        <h2>{danger.heading}</h2>
        <div class="wm-ways">
          <LinkButton href="tel:911" kind="danger">
            {ctx.t('site.line.call', { number: '911' })}
          </LinkButton>
          <LinkButton href="sms:911" kind="outline">
            {ctx.t('site.line.text', { number: '911' })}
          </LinkButton>
        </div>
        <SectionText section={danger} />
      </section>

      {network.isDemo && !allAnswered(lines) && (
        <Alert kind="warning" title={ctx.t('site.help.demoTitle')} announce={false}>
          <p>{ctx.t('site.help.demo')}</p>
          <div class="wm-stack">
            {nationalLines.map((line) => (
              <LineCard reader={reader} line={line} />
            ))}
          </div>
        </Alert>
      )}

      <Section title={ways.heading} id={ways.id}>
        <div class="wm-stack">
          {lines.map((line) => (
            <LineCard reader={reader} line={line} />
          ))}
        </div>
        <Details summary={ctx.t('site.help.which')}>
          <SectionText section={ways} />
        </Details>
      </Section>

      {openSections.map((id) => (
        <Section title={section(id).heading} id={id}>
          <SectionText section={section(id)} />
        </Section>
      ))}

      <Section title={ctx.t('site.help.more')} id="more">
        {further.map((one) => (
          <Details summary={one.heading} id={one.id}>
            <SectionText section={one} />
            <Sources t={ctx.t} sources={one.sources} />
          </Details>
        ))}
        <p>
          <a href={ui.href(`/${network.slug}/safety`)}>{wordsOf(ctx.locale, 'exit').title}</a>
        </p>
      </Section>
    </Layout>
  );
}

/** How to leave fast and browse more safely. A survivor's page too: neutral title, nothing kept. */
export function safetyPage(req: Req) {
  const { ui, ctx } = req;
  const words = wordsOf(ctx.locale, 'exit');
  return (
    <Layout ui={ui} title={ctx.t('site.neutral.title')} kind="survivor">
      <PageHeader title={words.title} lead={words.lead} />
      {words.sections.map((one) => (
        <Section title={one.heading} id={one.id}>
          <SectionText section={one} />
          <Sources t={ctx.t} sources={one.sources} />
        </Section>
      ))}
      <p>
        <a href={ui.href(`/${ctx.network!.slug}/help`)}>{wordsOf(ctx.locale, 'help').title}</a>
      </p>
    </Layout>
  );
}
