// On every page: what needs a script becomes visible once there is one.
for (const control of document.querySelectorAll<HTMLElement>('[data-needs-script]')) control.hidden = false;
