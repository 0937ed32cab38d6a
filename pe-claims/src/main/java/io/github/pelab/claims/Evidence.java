package io.github.pelab.claims;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows that are kept of claims' runs: {@code ID.jsonl} in one directory. */
public final class Evidence {
  private final Path directory;

  public Evidence(Path directory) {
    this.directory = directory;
  }

  /**
   * What was kept for the claim; nothing if it was not run.
   *
   * @throws RunException if a line is not a row of this claim, as it is stated now
   */
  public List<EvidenceRow> of(Claim claim) {
    Path file = file(claim);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<EvidenceRow> rows = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      for (int i = 0; i < lines.size(); i++) {
        rows.add(row(claim, file, i + 1, lines.get(i)));
      }
    } catch (IOException e) {
      throw new RunException(file, e);
    }
    return rows;
  }

  private static EvidenceRow row(Claim claim, Path file, int number, String line) {
    EvidenceRow row;
    try {
      row = StrictJson.MAPPER.readValue(line, EvidenceRow.class);
    } catch (JsonProcessingException e) {
      throw damaged(file, number, "not a row: " + StrictJson.problem(e));
    }
    if (!row.claim().equals(claim.id()) || !row.hypothesis().equals(claim.hypothesis())) {
      throw damaged(
          file,
          number,
          "of another claim, or of other statements than %s makes now".formatted(claim.id()));
    }
    if (!row.configHash().equals(ConfigReader.hash(row.config()))) {
      throw damaged(file, number, "its config has another hash than it says");
    }
    return row;
  }

  private static RunException damaged(Path file, int number, String problem) {
    return new RunException(
        file, "line %d: %s; let pe claim write it anew".formatted(number, problem), null);
  }

  /** Puts rows in the place of those that were kept for the claim. */
  public void write(Claim claim, List<EvidenceRow> rows) throws IOException {
    Files.createDirectories(directory);
    AtomicFile.write(
        file(claim),
        out -> {
          for (EvidenceRow row : rows) {
            out.write(StrictJson.MAPPER.writeValueAsBytes(row));
            out.write('\n');
          }
        });
  }

  private Path file(Claim claim) {
    return directory.resolve(claim.id() + ".jsonl");
  }
}
