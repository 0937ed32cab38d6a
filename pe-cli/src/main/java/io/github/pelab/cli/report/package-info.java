/**
 * What a run's files say, as one page and as plain text; and what the ledger of claims does.
 *
 * <p>{@link io.github.pelab.cli.report.ReportData} derives every number that is shown; the page's
 * script and the plain text only lay it out. Nothing here reads a run's directory. {@link
 * io.github.pelab.cli.report.LedgerFiles} is all that is written of the ledger.
 */
package io.github.pelab.cli.report;
