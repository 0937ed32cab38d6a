package io.github.pelab.cli.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * A report as one HTML file that needs no network: style, script, charts and data are inside. Its
 * content security policy forbids it to load anything and to run any script but its own two.
 */
public final class ReportPage {

  private static final String ECHARTS =
      "/META-INF/resources/webjars/echarts/5.3.1/dist/echarts.min.js";

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonMapper.builder().build().getFactory().setCharacterEscapes(new ForScriptElement()))
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .addMixIn(AblationRow.Head.class, WithoutOutcomes.class)
          .addMixIn(AblationRow.Layer.class, WithoutOutcomes.class)
          .addMixIn(AblationRow.Pair.class, WithoutOutcomes.class)
          .addModule(
              new SimpleModule()
                  .addSerializer(double.class, new FiniteOrNull())
                  .addSerializer(Double.class, new FiniteOrNull()))
          .build();

  /** Each example's outcome is much, and nothing on the page is drawn from it. */
  @JsonIgnoreProperties({"right", "baselineRight"})
  private interface WithoutOutcomes {}

  private ReportPage() {}

  /** The page's text. */
  public static String html(ReportData data) {
    String echarts = Template.resource(ECHARTS);
    String script = Template.resource("report.js");
    return Template.fill(
        "report.html",
        Map.of(
            "title",
            Html.escape(data.title()),
            "policy",
            "script-src " + hash(echarts) + " " + hash(script),
            "style",
            Template.resource("report.css"),
            "echarts",
            echarts,
            "script",
            script,
            "data",
            json(data)));
  }

  /**
   * Checks, before anything is measured for it, that a page can be written there.
   *
   * @throws IllegalArgumentException if {@code file} is a directory, or is to be in none
   */
  public static void requirePlace(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          directory + ": no such directory; make it, or name another place for the page");
    }
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + ": is a directory; name a file for the page");
    }
  }

  /**
   * Writes the page. A reader of {@code file} sees the old page or the new one, never a part.
   *
   * @throws RunException if {@code file} cannot be written; it is then as it was before
   */
  public static void write(ReportData data, Path file) {
    AtomicFile.write(file, out -> out.write(html(data).getBytes(StandardCharsets.UTF_8)));
  }

  /** JSON that may stand inside a script element. */
  static String json(ReportData data) {
    try {
      return JSON.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The report's data cannot be written as JSON", e);
    }
  }

  /** A content security policy's source expression for an inline script. */
  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform must have SHA-256", e);
    }
  }

  /**
   * Escapes what could end or nest a script element ({@code </script>}, {@code <!--}). Everything
   * beyond ASCII, so also U+2028, is escaped by {@link JsonWriteFeature#ESCAPE_NON_ASCII}.
   */
  private static final class ForScriptElement extends CharacterEscapes {

    private static final long serialVersionUID = 1;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
      codes['<'] = CharacterEscapes.ESCAPE_STANDARD;
      codes['>'] = CharacterEscapes.ESCAPE_STANDARD;
      codes['&'] = CharacterEscapes.ESCAPE_STANDARD;
      return codes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      return null;
    }
  }

  /** JSON has no NaN and no infinity. */
  private static final class FiniteOrNull extends JsonSerializer<Double> {

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        json.writeNumber(value.doubleValue());
      } else {
        json.writeNull();
      }
    }
  }
}
