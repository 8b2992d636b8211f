// What stands after « # » in the QR is proof of the ticket: it leaves the address bar and the history at once.
if (location.hash) history.replaceState(null, "", location.pathname + location.search);
