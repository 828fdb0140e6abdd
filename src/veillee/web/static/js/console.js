/** The console's keys: everything here is also a link or a button on the page. */
