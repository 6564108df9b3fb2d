// Says the times of an embedded page in the reader's own zone, unless the address of the frame named one.
const root = document.documentElement;
if (!root.hasAttribute('data-fixed-zone')) {
    const format = new Intl.DateTimeFormat(root.lang, {
        weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    });
    const zone = format.resolvedOptions().timeZone;
    for (const time of document.querySelectorAll<HTMLTimeElement>('.when time, .airings time')) {
        const parts = new Map(format.formatToParts(new Date(time.dateTime)).map(({type, value}) => [type, value]));
        time.textContent = `${parts.get('weekday')} ${parts.get('day')} ${parts.get('month')}, ${parts.get('hour')}:${parts.get('minute')}`;
    }
    for (const city of document.querySelectorAll('.zone'))
        city.textContent = zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}
