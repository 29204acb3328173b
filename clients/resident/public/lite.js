/* Runs only where modules do not (nomodule): such a browser gets the pages without script. */
location.replace("?lite=1");
