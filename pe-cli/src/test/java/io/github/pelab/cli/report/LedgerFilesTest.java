package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFilesTest {
  private static final String README =
      """
      # Ours

      <!-- ledger: written by ./pe report --ledger -->
      <!-- /ledger -->

      The rest.
      """;

  private final Ledger ledger = MadeLedger.ledger();

  @TempDir Path directory;
  private Path readme;
  private LedgerFiles files;

  @BeforeEach
  void place() throws IOException {
    readme = Files.writeString(directory.resolve("README.md"), README);
    files =
        new LedgerFiles(
            directory.resolve("configs").resolve("claims"), directory.resolve("results"));
  }

  private Map<Path, String> written() throws IOException {
    Map<Path, String> written = new HashMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        written.put(directory.relativize(file), Files.readString(file));
      }
    }
    return written;
  }

  @Test
  void theMadeLedgerHasEachVerdict() {
    assertThat(ledger.entries().get(0).findings())
        .extracting(Finding::verdict)
        .startsWith(Verdict.CONFIRMED, Verdict.REFUTED, Verdict.UNDECIDED);
  }

  @Test
  void allOfItIsWrittenOnceAndForAll() throws IOException {
    files.write(ledger);
    Map<Path, String> first = written();
    assertThat(first)
        .containsOnlyKeys(
            Path.of("README.md"),
            Path.of("results", "README.md"),
            Path.of("results", "ledger.html"),
            Path.of("results", "figures", "each-kind.svg"));
    assertThat(first.values()).noneMatch(text -> text.contains(directory.toString()));
    files.write(MadeLedger.ledger());
    assertThat(written()).isEqualTo(first);
  }

  @Test
  void theSummarySaysEachStatement() throws IOException {
    files.write(ledger);
    assertThat(Files.readString(files.summary()))
        .contains(
            "\n2 claims: 0 confirmed, 1 refuted, 0 undecided, 1 not run.\n",
            "\n| RoPE on distances | [\\</title\\> \\& \\<script\\>alert(1)\\</script\\> \\| \\*bold\\* ?](#each-kind)"
                + " | as-released | 24 | **REFUTED** |\n",
            "\n| Faults of the released code | [Nobody ran this.](#not-run) | as-released | 0 | not run |\n",
            "\n## 1. RoPE on distances\n\n### each-kind\n",
            "\nSource: somewhere \\<else\\>; protocol: as-released.\n",
            "\n**REFUTED.** Scope: next to \\| nothing. Rule: confirmed if every statement is, refuted if any is.\n",
            "\n| better | accuracy, rope minus alibi (made, causal false): above 2 points"
                + " | +17.5 \\[+14.5, +20.5\\] points | 12 | \\< 0.001 | CONFIRMED |\n",
            "accuracy(length=32), made, alibi, causal false: above 90 % | 63.0 \\[61.8, 64.2\\] % |",
            "| gap | accuracy(length=32) minus accuracy, made, rope, causal false: below 0 |",
            "| UNDECIDED: q is above 0.05 |\n",
            "| deposit | fraction of runs with deposit, made, rope, causal false: above 50 %"
                + " | 92 \\[65, 99\\] % | 11 of 12 | 0.010 | CONFIRMED |\n",
            "| goes | rank correlation of accuracy and top-share, made, rope, causal false: above 0 |",
            ": below −2,000 examples | −4,000 \\[−4,000, −4,000\\] examples | 12 |",
            "| silent \\<\\&\\> | top-drop, made, rope, causal false: above 10 % |  |  |  | UNDECIDED: 0 runs that"
                + " say something, of 5 |\n",
            "](figures/each-kind.svg)",
            "| runs | how many | parameters | learning rate, tuned | mean accuracy | mean accuracy(length=32) |",
            "| made, rope, causal false | 12 | 1,000 | 0.002 | 93.5 % | 93.5 % |",
            "| 4,000 examples |  |  |\n",
            "\n\nRuns that are compared differ in parameters, by 10 % at most.\n",
            "`./pe claim each-kind --again` · [the claim](../configs/claims/each-kind.yaml) · [its 24"
                + " rows](claims/each-kind.jsonl) · [at full scale](../configs/clean/task1.yaml)\n",
            "`./pe claim not-run` · [the claim](../configs/claims/not-run.yaml)\n",
            "- `top-share`: ");
  }

  @Test
  void theTableIsWrittenBetweenItsCommentsAndNowhereElse() throws IOException {
    files.write(ledger);
    String text = Files.readString(readme);
    assertThat(text)
        .startsWith("# Ours\n\n<!-- ledger: written by ./pe report --ledger -->\n\n| ")
        .endsWith(" |\n\n<!-- /ledger -->\n\nThe rest.\n")
        .contains(
            " | [Nobody ran this.](results/README.md#not-run) (as released) | not run |\n",
            "(results/README.md#each-kind) (as released) | **REFUTED** |\n");

    Files.writeString(readme, "# No place\n");
    files.write(ledger);
    assertThat(readme).hasContent("# No place\n");
    assertThat(files.differences(ledger)).isEmpty();

    Files.delete(readme);
    files.write(ledger);
    assertThat(readme).doesNotExist();

    Files.writeString(readme, README.replace("<!-- /ledger -->", ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.write(ledger))
        .withMessageContaining(readme + ": says <!-- ledger")
        .withMessageContaining("write <!-- /ledger --> behind the table");
  }

  @Test
  void aChangedByteIsFoundInEachFileThatIsKept() throws IOException {
    files.write(ledger);
    assertThat(files.differences(ledger)).isEmpty();
    Path figure = directory.resolve("results").resolve("figures").resolve("each-kind.svg");
    for (Path file : List.of(files.summary(), figure, readme)) {
      String text = Files.readString(file);
      Files.writeString(file, text.replaceFirst("not run|UNDECIDED", "CONFIRMED"));
      assertThat(files.differences(ledger)).containsExactly(file);
      Files.writeString(file, text);
      assertThat(files.differences(ledger)).isEmpty();
    }
    Files.delete(figure);
    assertThat(files.differences(ledger)).containsExactly(figure);
    Files.delete(files.page());
    assertThat(files.differences(ledger)).as("the page is not kept").containsExactly(figure);
  }

  @Test
  void aFigureOfAClaimThatIsNoMoreIsFoundAndRemoved() throws IOException {
    files.write(ledger);
    Path old = directory.resolve("results").resolve("figures").resolve("old.svg");
    Path drawn = old.resolveSibling("drawn.svg");
    Files.writeString(old, ForestPlot.svg(ledger.entries().get(0)));
    Files.writeString(drawn, "<svg/>");
    assertThat(files.differences(ledger)).containsExactly(old);
    files.write(ledger);
    assertThat(old).doesNotExist();
    assertThat(drawn).as("not of the ledger").exists();
  }

  @Test
  void aTextOfSomebodyElseIsNotWrittenOver() throws IOException {
    Path text = directory.resolve("results").resolve("README.md");
    Files.createDirectories(text.getParent());
    Files.writeString(text, "# Mine\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.write(ledger))
        .withMessageContaining(text + ": not written by pe report --ledger");
    assertThat(text).hasContent("# Mine");
    assertThat(readme).hasContent(README);
  }

  @Test
  void thePageShowsEveryRowAndLoadsNothing() {
    String html = LedgerPage.html(ledger, files);
    Ledger.Entry entry = ledger.entries().get(0);
    assertThat(html)
        .contains("default-src 'none'", ForestPlot.svg(entry))
        .contains(
            "<code>./pe claim each-kind --again</code>", "<code>configs/clean/task1.yaml</code>")
        .contains(
            "<code>configs/claims/suites/tuning.yaml</code>",
            "learning rate, tuned",
            "mean accuracy(length=32)")
        .contains("Runs that are compared differ in parameters, by 10 % at most.")
        .contains(
            "made, rope, causal false</th><td class=\"number\">12</td>",
            ">0.002</td><td class=\"number\">93.5 %</td><td class=\"number\">93.5 %</td>")
        .contains("Its 24 rows", "<p class=\"missing\">Not run yet.</p>")
        .doesNotContain("{{", directory.toString(), "<script")
        .doesNotContainPattern("(?i)\\ssrc\\s*=|href=\"[^#]|url\\(|@import");
    assertThat(entry.rows())
        .allSatisfy(
            row -> {
              assertThat(row.directory())
                  .isEqualTo("made/" + row.label() + "-" + row.configHash().substring(0, 8));
              assertThat(html)
                  .contains("<code>runs/" + row.directory() + "</code>", row.configHash());
            });
  }
}
