/**
 * What a run's files say, as one page and as plain text.
 *
 * <p>{@link io.github.pelab.cli.report.ReportData} derives every number that is shown; the page's
 * script and the plain text only lay it out. Nothing here reads a run's directory.
 */
package io.github.pelab.cli.report;
