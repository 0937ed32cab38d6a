package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each piece of code in CONTRIBUTING.md, but for commands, is in the file that is linked above. */
class ContributingTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern PIECE =
      Pattern.compile("(?m)^.*\\]\\(([^)\\s]+)\\)[^\\n]*\\n\\n```\\w+\\n((?s:.*?))^```$");

  @Test
  void showsCodeThatIsCompiledAndTested() throws IOException {
    String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"), StandardCharsets.UTF_8);
    List<MatchResult> pieces = PIECE.matcher(page).results().toList();
    long fences = page.lines().filter(line -> line.matches("```(?!sh).+")).count();
    assertThat(pieces).as("every fence has its file").hasSize((int) fences).hasSizeGreaterThan(5);
    for (MatchResult piece : pieces) {
      assertShown(piece.group(2), ROOT.resolve(piece.group(1)));
    }
  }

  @Test
  void codeThatIsInNoFileIsFound() {
    Path file = ROOT.resolve("pe-layers/src/test/java/io/github/pelab/layers/scheme/LogBias.java");
    assertThatThrownBy(() -> assertShown("return Invariance.NONE;", file))
        .isInstanceOf(AssertionError.class);
  }

  private static void assertShown(String piece, Path file) throws IOException {
    assertThat(unindented(Files.readString(file, StandardCharsets.UTF_8)))
        .as(file.toString())
        .contains(unindented(piece));
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
