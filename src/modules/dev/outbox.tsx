/** The local outbox: the list of letters, and one letter with its links ready to follow. */
import { localOutbox, type Req } from '#kernel';
import { DateText, Layout, PageHeader, SummaryList, Table } from '#ui';

export async function outboxPage(req: Req) {
  const { ui } = req;
  const letters = await localOutbox(req.ctx.app);
  return (
    <Layout ui={ui} title={ui.t('dev.mail.title')} kind="public" noindex>
      <PageHeader title={ui.t('dev.mail.title')} lead={ui.t('dev.mail.lead')} />
      <Table
        ui={ui}
        caption={ui.t('dev.mail.caption')}
        captionHidden
        rows={letters}
        empty={ui.t('dev.mail.empty')}
        columns={[
          {
            key: 'subject',
            label: ui.t('dev.mail.subject'),
            heading: true,
            cell: (letter) => <a href={ui.href(`/dev/mail/${letter.id}`)}>{letter.subject}</a>,
          },
          { key: 'to', label: ui.t('dev.mail.to'), cell: (letter) => letter.to },
          { key: 'when', label: ui.t('dev.mail.when'), cell: (letter) => <DateText ui={ui} date={letter.createdAt} /> },
        ]}
      />
    </Layout>
  );
}

export async function letterPage(req: Req) {
  const { ui } = req;
  const [letter] = await localOutbox(req.ctx.app, req.params.id);
  return (
    <Layout
      ui={ui}
      title={letter!.subject}
      kind="public"
      noindex
      crumbs={[{ label: ui.t('dev.mail.title'), href: ui.href('/dev/mail') }, { label: letter!.subject }]}
    >
      <PageHeader title={letter!.subject} />
      <SummaryList
        facts={[
          { term: ui.t('dev.mail.to'), value: letter!.to },
          { term: ui.t('dev.mail.when'), value: <DateText ui={ui} date={letter!.createdAt} /> },
        ]}
      />
      <section class="wm-section">
        {letter!.text.split(/\n{2,}/).map((paragraph) => (
          <p>
            {paragraph.split('\n').flatMap((line, n) => (n === 0 ? withLinks(line) : [<br />, ...withLinks(line)]))}
          </p>
        ))}
      </section>
      <p>
        <a href={ui.href('/dev/mail')}>{ui.t('dev.mail.back')}</a>
      </p>
    </Layout>
  );
}

/** Addresses in the text become links; everything else stays text. */
const withLinks = (line: string) =>
  line.split(/(https?:\/\/[^\s<>"]+)/).map((part, n) => (n % 2 === 1 ? <a href={part}>{part}</a> : part));
