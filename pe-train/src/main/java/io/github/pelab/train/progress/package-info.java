/**
 * How a long task tells a person how far it is: a bar on a terminal, log lines elsewhere, or
 * nothing. Nothing here measures what is kept; that is the rows of a run.
 */
package io.github.pelab.train.progress;
