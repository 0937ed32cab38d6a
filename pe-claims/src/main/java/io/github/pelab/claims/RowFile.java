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
import java.util.function.Function;

/** A file of kept rows, a JSON object a line, written as a whole or not at all. */
record RowFile<R extends Record>(Path path, Class<R> type) {

  /**
   * All rows; none where there is no such file.
   *
   * @param fault what is wrong with a row; empty for nothing
   * @throws RunException if a line is no row, or something is wrong with it
   */
  List<R> read(Function<R, String> fault) {
    if (!Files.exists(path)) {
      return List.of();
    }
    List<R> rows = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
        R row = StrictJson.MAPPER.readValue(line, type);
        rows.add(row);
        String found = fault.apply(row);
        if (!found.isEmpty()) {
          throw damaged(rows.size(), found, null);
        }
      }
      return rows;
    } catch (JsonProcessingException e) {
      throw damaged(rows.size() + 1, "not a row: " + StrictJson.problem(e), e);
    } catch (IOException e) {
      throw new RunException(path, e);
    }
  }

  private RunException damaged(int line, String problem, Exception cause) {
    return new RunException(
        path,
        "line %d: %s; let pe claim --again make all rows anew".formatted(line, problem),
        cause);
  }

  /** Puts rows in the place of what was there. */
  void write(List<R> rows) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    AtomicFile.write(
        path,
        out -> {
          for (R row : rows) {
            out.write(StrictJson.MAPPER.writeValueAsBytes(row));
            out.write('\n');
          }
        });
  }
}
