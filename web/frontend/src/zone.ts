// On a first visit nobody has said which zone the visitor lives in: their device knows. Remembered like their own choice.
const MAX_AGE_S = 400 * 86_400;  // as long as browsers keep a cookie

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const isKnown = () => /(^|; )zone=/.test(document.cookie);

if (zone && zone !== 'UTC' && !isKnown()) {
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `zone=${zone}; Path=/; Max-Age=${MAX_AGE_S}; SameSite=Lax${secure}`;
    // A page of times is asked for again; a room may be in use already.
    if (isKnown() && document.querySelector('main time') && !document.getElementById('room')) location.reload();
}
