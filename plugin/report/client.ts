/**
 * What runs in the page, as its source: it filters, counts and sorts what is there already, and asks nobody for anything.
 * It may use nothing of this program, and the page is whole without it.
 */
export function client(): void {
  const all = <T extends HTMLElement>(selector: string, among: ParentNode = document) => [
    ...among.querySelectorAll<T>(selector),
  ];
  const form = document.querySelector<HTMLFormElement>('#filters')!;
  const items = all('[data-namespace]').map(element => {
    const { namespace, verdict = '', rule = '' } = element.dataset;
    const text = [element.textContent, namespace, verdict, rule].join(' ').toLowerCase();
    return { element, text, section: element.closest('section') };
  });

  function filter(): void {
    const given = new FormData(form);
    const wanted = (name: string) => String(given.get(name) ?? '');
    const words = wanted('text')
      .toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '');
    const isFacet = (element: HTMLElement, name: string) =>
      wanted(name) === '' || (element.dataset[name] ?? wanted(name)) === wanted(name);
    for (const { element, text } of items) {
      element.hidden = !(
        ['namespace', 'verdict', 'tls'].every(name => isFacet(element, name)) &&
        words.every(word => text.includes(word))
      );
    }
    for (const section of all('main > section')) count(section);
  }

  function count(section: HTMLElement): void {
    const own = items.filter(item => item.section === section);
    const shown = own.filter(({ element }) => !element.hidden).length;
    if (own.length === 0) return;
    const said = counted(shown, own.length);
    section.querySelector('.count')!.textContent = said;
    if (section.id === 'fleet') form.querySelector('output')!.value = `Nodes: ${said}`;
    section.querySelector<HTMLElement>('.unmatched')!.hidden = shown > 0;
    for (const group of all('.group', section)) {
      const inside = all('[data-namespace]', group);
      const left = inside.filter(({ hidden }) => !hidden).length;
      group.hidden = left === 0;
      group.querySelector('.count')!.textContent = counted(left, inside.length);
    }
  }

  /** What is left out is never passed over in silence. */
  function counted(shown: number, whole: number): string {
    const count = whole.toLocaleString('en');
    return shown === whole ? count : `${shown.toLocaleString('en')} of ${count} shown`;
  }

  const collator = new Intl.Collator('en', { numeric: true });

  function sort(head: HTMLElement, column: number): void {
    const table = head.closest('table')!;
    const direction = head.ariaSort === 'ascending' ? 'descending' : 'ascending';
    for (const other of all('th[aria-sort]', table)) other.ariaSort = 'none';
    head.ariaSort = direction;
    const sign = direction === 'ascending' ? 1 : -1;
    const body = table.tBodies[0]!;
    const keyed = [...body.rows].map(row => {
      const cell = row.cells[column]!;
      return { row, text: cell.textContent, by: Number(cell.dataset.sort) };
    });
    keyed.sort((a, b) => sign * (a.by - b.by || collator.compare(a.text, b.text)));
    body.append(...keyed.map(({ row }) => row));
  }

  for (const table of all<HTMLTableElement>('table.sortable')) {
    for (const [column, head] of all<HTMLTableCellElement>('thead th', table).entries()) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      head.ariaSort = 'none';
      button.addEventListener('click', () => sort(head, column));
    }
  }
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter));
  document.addEventListener('keydown', event => {
    const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    form.querySelector('input')!.focus();
  });
  // A browser may have kept what was typed before the page was loaded again.
  filter();
}
