package io.github.pelab.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void alignsNamesToTheLeftAndNumbersToTheRight() {
    Table table = new Table("who", "ms", "GiB");
    table.add("PE Lab", "7.5", "0.91");
    table.add("x", "1000.0", "12.00");
    assertThat(table.toString())
        .isEqualTo(
            """
            | who    |     ms |   GiB |
            | ------ | -----: | ----: |
            | PE Lab |    7.5 |  0.91 |
            | x      | 1000.0 | 12.00 |""");
  }

  @Test
  void aLineOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new Table("who", "ms").add("x"))
        .hasMessage("found 1 cells under 2 headings");
  }
}
