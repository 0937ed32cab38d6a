package io.github.pelab.ablation.regression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.train.run.JsonLines;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.StrictJson;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nights of a config, a {@link Night} a line. Only the end of a long file is read: at most
 * {@value #MOST_NIGHTS} nights and {@value #MOST_BYTES} bytes.
 */
public final class History {
  static final int MOST_NIGHTS = 100;
  static final int MOST_BYTES = 1 << 25;
  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private final Path file;
  private final int mostBytes;

  public History(Path file) {
    this(file, MOST_BYTES);
  }

  History(Path file, int mostBytes) {
    this.file = file;
    this.mostBytes = mostBytes;
  }

  /**
   * The last nights, oldest first; none where there is no file. What a process that died left
   * behind the last line feed is passed over with a warning, and so are lines of another version.
   *
   * @throws IllegalArgumentException if another line is no night, naming it
   */
  public List<Night> nights() {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text;
    boolean cut;
    try (FileChannel channel = FileChannel.open(file)) {
      long start = Math.max(0, channel.size() - mostBytes);
      cut = start > 0;
      text =
          new String(
              Channels.newInputStream(channel.position(start)).readNBytes(mostBytes),
              StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    if (!lines.remove(lines.size() - 1).isEmpty()) {
      LOG.warn("{}: the last line was not finished and is left out", file);
    }
    if (cut && !lines.isEmpty()) {
      lines.remove(0);
    }
    int passed = Math.max(0, lines.size() - MOST_NIGHTS);
    List<Night> nights = new ArrayList<>();
    for (int i = passed; i < lines.size(); i++) {
      Night night = night(lines.get(i), lines.size() - i);
      if (night != null) {
        nights.add(night);
      }
    }
    return nights;
  }

  /** Null for one of another version. */
  private Night night(String line, int fromEnd) {
    try {
      JsonNode tree = Baseline.JSON.readTree(line);
      int version = tree.path("schemaVersion").asInt(Night.SCHEMA_VERSION);
      if (version != Night.SCHEMA_VERSION) {
        LOG.warn("{}: a night of schema version {} is left out", file, version);
        return null;
      }
      if (tree.isObject()) {
        return Baseline.JSON.treeToValue(tree, Night.class);
      }
      throw damaged(fromEnd, "holds no object", null);
    } catch (JsonProcessingException e) {
      throw damaged(fromEnd, StrictJson.problem(e), e);
    }
  }

  private IllegalArgumentException damaged(int fromEnd, String problem, Exception cause) {
    return new IllegalArgumentException(
        "%s: line %d from the end: not a night: %s; remove the line, or the file"
            .formatted(file, fromEnd, problem),
        cause);
  }

  /** Adds a night. */
  public void append(Night night) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      String line = StrictJson.MAPPER.writeValueAsString(night) + "\n";
      JsonLines.append(file, line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }
}
