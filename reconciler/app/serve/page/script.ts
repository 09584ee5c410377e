/**
 * The script of all pages: it keeps a page current and shows times in the reader's time zone. Without
 * it the page reloads by itself. It has no dependency, and takes nothing but the page's own address.
 */
export const script = `
(() => {
  const main = () => document.querySelector('main');
  const live = document.getElementById('live');
  const format = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'});
  const localTimes = () => {
    for (const time of document.querySelectorAll('time[datetime]')) {
      time.title = time.textContent;
      time.textContent = format.format(new Date(time.dateTime));
    }
  };
  let tag = null;
  const refresh = async () => {
    const headers = tag === null ? {} : {'if-none-match': tag};
    const answer = await fetch(location.pathname, {headers, cache: 'no-store'});
    if (answer.status === 404) return location.reload();
    document.documentElement.toggleAttribute('data-stale', !answer.ok && answer.status !== 304);
    if (answer.status !== 200) return;
    tag = answer.headers.get('etag');
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const open = new Set([...document.querySelectorAll('details[open]')].map(({id}) => id));
    const focus = document.activeElement?.closest('details')?.id;
    const before = document.querySelector('h1')?.textContent;
    main().replaceWith(next.querySelector('main'));
    for (const one of document.querySelectorAll('details')) if (open.has(one.id)) one.open = true;
    if (focus) document.getElementById(focus)?.querySelector('summary')?.focus();
    const title = document.querySelector('h1')?.textContent;
    document.title = next.title;
    if (live && title !== before) live.textContent = title;
    localTimes();
  };
  const later = () => {
    const seconds = Number(main()?.dataset.refresh) || 60;
    setTimeout(async () => {
      if (!document.hidden) await refresh().catch(() => {
        document.documentElement.toggleAttribute('data-stale', true);
      });
      later();
    }, seconds * 1000);
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh().catch(() => {});
  });
  localTimes();
  later();
})();
`;
