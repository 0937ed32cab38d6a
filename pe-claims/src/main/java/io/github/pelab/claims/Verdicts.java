package io.github.pelab.claims;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the ledger said when it was last written: a {@link VerdictRow} a line. */
public final class Verdicts {
  private final Path file;

  public Verdicts(Path file) {
    this.file = file;
  }

  /** Puts the ledger's verdicts in the place of what was there. */
  public void write(Ledger ledger) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    AtomicFile.write(
        file,
        out -> {
          for (VerdictRow row : rows(ledger)) {
            out.write(StrictJson.MAPPER.writeValueAsBytes(row));
            out.write('\n');
          }
        });
  }

  /**
   * The claims of which the ledger says otherwise than what was written, or of which nothing was
   * written, or that are no more; sorted.
   *
   * @throws RunException if a line is no verdict
   */
  public List<String> differences(Ledger ledger) {
    List<VerdictRow> written = read();
    List<VerdictRow> now = rows(ledger);
    List<String> differences = new ArrayList<>();
    written.stream()
        .filter(row -> !now.contains(row))
        .map(VerdictRow::claim)
        .forEach(differences::add);
    now.stream()
        .filter(row -> !written.contains(row))
        .map(VerdictRow::claim)
        .forEach(differences::add);
    return differences.stream().distinct().sorted().toList();
  }

  private static List<VerdictRow> rows(Ledger ledger) {
    return ledger.entries().stream().map(VerdictRow::of).toList();
  }

  private List<VerdictRow> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<VerdictRow> rows = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        rows.add(StrictJson.MAPPER.readValue(line, VerdictRow.class));
      }
      return rows;
    } catch (JsonProcessingException e) {
      throw new RunException(
          file,
          "line %d: no verdict: %s; let pe claim write it anew"
              .formatted(rows.size() + 1, StrictJson.problem(e)),
          e);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }
}
