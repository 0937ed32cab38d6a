package io.github.pelab.ablation.regression;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.pelab.ablation.regression.Finding.Kind;
import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a config was found to do when somebody last looked and agreed: {@code
 * configs/baselines/NAME.json}.
 *
 * @param schemaVersion of the file
 * @param name the config's
 * @param accepted when, in ISO 8601
 * @param night when the night began that it was made of
 * @param trendSince nights before this are in no trend: whoever accepted knew of one; null for all
 * @param origin machine and software of that night
 * @param measurements one a member
 */
public record Baseline(
    int schemaVersion,
    String name,
    String accepted,
    String night,
    @JsonSetter(nulls = Nulls.SET) String trendSince,
    Origin origin,
    List<Measurement> measurements) {

  /** The version of the file that is written. */
  public static final int SCHEMA_VERSION = 1;

  private static final int LARGEST_FILE = 1 << 26;
  private static final int ID_DIGITS = 16;
  static final ObjectReader JSON =
      StrictJson.MAPPER
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);

  public Baseline {
    Check.that(
        schemaVersion == SCHEMA_VERSION, "schemaVersion", schemaVersion, "1 is what is read here");
    Check.text("name", name);
    Check.time("accepted", accepted);
    Check.time("night", night);
    if (trendSince != null) {
      Check.time("trendSince", trendSince);
    }
    measurements = Check.list("measurements", measurements, Night.MOST_MEMBERS);
    Check.that(!measurements.isEmpty(), "measurements", "none", "give one a member");
    long members = measurements.stream().map(Measurement::member).distinct().count();
    Check.that(
        members == measurements.size(), "measurements", "a member twice", "give each member once");
  }

  /**
   * The baseline in {@code file}; empty if there is none.
   *
   * @throws IllegalArgumentException if it is not one, naming file and field
   */
  public static Optional<Baseline> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw damaged(file, "larger than " + LARGEST_FILE + " bytes", null);
      }
      JsonNode tree = JSON.readTree(bytes);
      int version = tree.path("schemaVersion").asInt(SCHEMA_VERSION);
      if (version != SCHEMA_VERSION) {
        throw new IllegalArgumentException(
            "%s: schemaVersion: found %d; this program reads %d: remove it and accept a night of its own"
                .formatted(file, version, SCHEMA_VERSION));
      }
      Baseline baseline = JSON.treeToValue(tree, Baseline.class);
      if (baseline == null) {
        throw damaged(file, "holds no object", null);
      }
      return Optional.of(baseline);
    } catch (JsonProcessingException e) {
      throw damaged(file, StrictJson.problem(e), e);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }

  private static IllegalArgumentException damaged(Path file, String problem, Exception cause) {
    return new IllegalArgumentException(
        "%s: not a baseline: %s; restore it, or remove it and let pe nightly and pe baseline accept write it anew"
            .formatted(file, problem),
        cause);
  }

  /** Writes {@code file}, whole or not at all. */
  public void write(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new RunException(file, e);
    }
    AtomicFile.write(
        file,
        out -> {
          out.write(
              StrictJson.MAPPER
                  .writer()
                  .with(SerializationFeature.INDENT_OUTPUT)
                  .writeValueAsBytes(this));
          out.write('\n');
        });
  }

  /**
   * What whoever accepts a night agrees to.
   *
   * @param before what it takes the place of: a trend that was red that night is known, and begins
   *     anew
   */
  public static Baseline of(Night night, Optional<Baseline> before, Instant accepted) {
    boolean red = night.regressions().stream().anyMatch(id -> id.endsWith("/" + Kind.TREND.key()));
    return new Baseline(
        SCHEMA_VERSION,
        night.name(),
        accepted.toString(),
        night.time(),
        red ? night.time() : before.map(Baseline::trendSince).orElse(null),
        night.origin(),
        night.measurements());
  }

  /** Tells baselines apart by what they hold, whoever accepted them and when. */
  public String id() {
    return Digest.of(StrictJson.MAPPER.valueToTree(measurements).toString())
        .substring(0, ID_DIGITS);
  }
}
