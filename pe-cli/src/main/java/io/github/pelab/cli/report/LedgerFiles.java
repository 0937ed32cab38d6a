package io.github.pelab.cli.report;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.Ledger;
import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is written of the ledger, from the claims and the rows that are kept, and nothing else.
 *
 * <pre>
 * RESULTS/README.md            all of it, to be read in a browser of sources
 * RESULTS/figures/CLAIM.svg    a {@link ForestPlot} of each claim that was run
 * RESULTS/ledger.html          all of it as one page, with every row; the only one that is not kept
 * RESULTS/../README.md         the verdicts, between two comments, if it has these
 * </pre>
 *
 * @param claims where claims are
 * @param results where rows and verdicts are kept
 */
public record LedgerFiles(Path claims, Path results) {
  /** Behind this line the table begins. */
  static final String BEGIN = "<!-- ledger: written by ./pe report --ledger -->\n";

  /** Before this line it ends. */
  static final String END = "<!-- /ledger -->";

  private static final String SVG = ".svg";

  /** {@code ledger.html}. */
  public Path page() {
    return results.resolve("ledger.html");
  }

  /** {@code README.md}. */
  public Path summary() {
    return results.resolve("README.md");
  }

  Path claim(Claim claim) {
    return claims.resolve(claim.id() + ".yaml");
  }

  Path rows(Claim claim) {
    return results.resolve("claims").resolve(claim.id() + ".jsonl");
  }

  Path figure(Claim claim) {
    return figures().resolve(claim.id() + SVG);
  }

  Path fullScale(Claim claim) {
    return claims.resolve(claim.fullScale());
  }

  private Path figures() {
    return results.resolve("figures");
  }

  /** Where the directory of results lies; the root is where it is itself. */
  private Path project() {
    Path absolute = results.toAbsolutePath().normalize();
    return absolute.getParent() == null ? absolute : absolute.getParent();
  }

  private Path readme() {
    return project().resolve("README.md");
  }

  /** The path of a file from the directory of results. */
  String fromResults(Path file) {
    return relative(results.toAbsolutePath(), file);
  }

  /** The path of a file from the directory that results lie in. */
  String fromProject(Path file) {
    return relative(project(), file);
  }

  private static String relative(Path from, Path file) {
    return from.normalize()
        .relativize(file.toAbsolutePath().normalize())
        .toString()
        .replace('\\', '/');
  }

  /**
   * Writes all of it; a figure of a claim that is no more is removed.
   *
   * @throws IllegalArgumentException if the project's README has the first of its comments alone,
   *     or somebody else's text is where the summary goes
   * @throws RunException if a file cannot be written; it is then as it was
   */
  public void write(Ledger ledger) throws IOException {
    if (Files.exists(summary()) && !LedgerSummary.isOne(read(summary()))) {
      throw new IllegalArgumentException(
          "%s: not written by pe report --ledger, and it would be lost; move it, or choose other --results"
              .formatted(summary()));
    }
    Map<Path, String> kept = kept(ledger);
    Files.createDirectories(figures());
    for (Path figure : figuresOfNoClaim(kept)) {
      Files.delete(figure);
    }
    kept.forEach(LedgerFiles::write);
    write(page(), LedgerPage.html(ledger, this));
  }

  private static void write(Path file, String text) {
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The files that are kept, or should be, and are not what the ledger gives.
   *
   * @throws IllegalArgumentException if the project's README has the first of its comments alone
   */
  public List<Path> differences(Ledger ledger) throws IOException {
    List<Path> differences = new ArrayList<>();
    Map<Path, String> kept = kept(ledger);
    for (Map.Entry<Path, String> file : kept.entrySet()) {
      if (!Files.exists(file.getKey()) || !read(file.getKey()).equals(file.getValue())) {
        differences.add(file.getKey());
      }
    }
    differences.addAll(figuresOfNoClaim(kept));
    return differences;
  }

  /** What is kept in the project, by place. */
  private Map<Path, String> kept(Ledger ledger) {
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(summary(), LedgerSummary.text(ledger, this));
    ledger.entries().stream()
        .filter(entry -> entry.runs() > 0)
        .forEach(entry -> files.put(figure(entry.claim()), ForestPlot.svg(entry)));
    if (Files.exists(readme())) {
      files.put(
          readme(),
          withTable(read(readme()), LedgerSummary.headline(ledger, fromProject(summary()))));
    }
    return files;
  }

  private String withTable(String readme, String table) {
    int begin = readme.indexOf(BEGIN);
    if (begin < 0) {
      return readme;
    }
    int from = begin + BEGIN.length();
    int to = readme.indexOf(END, from);
    if (to < 0) {
      throw new IllegalArgumentException(
          "%s: says %s, but not where it ends; write %s behind the table"
              .formatted(readme(), BEGIN.strip(), END));
    }
    return readme.substring(0, from) + "\n" + table + "\n" + readme.substring(to);
  }

  private List<Path> figuresOfNoClaim(Map<Path, String> kept) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(figures())) {
      try (DirectoryStream<Path> figures = Files.newDirectoryStream(figures(), "*" + SVG)) {
        figures.forEach(found::add);
      }
    }
    found.removeAll(kept.keySet());
    found.removeIf(figure -> !ForestPlot.isOne(read(figure)));
    found.sort(null);
    return found;
  }

  /** What is no UTF-8 differs from all that is. */
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }
}
