/**
 * Runs on disk: the directory, its files' rows, and the record of where a run's numbers came from.
 *
 * <p>JSON lines are the record; every plot and table derives from them. Every file here is written
 * so that a process that dies leaves either what was there or what should be, never a part; what is
 * read is checked, and a fault is said in one line that names the file. Nothing here trains.
 */
package io.github.pelab.train.run;
