package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.train.run.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightsTest {
  private static final List<Measurement> MEASUREMENTS = Made.seeds("rope", Made.HERE, 1, 0.99);

  @TempDir Path directory;
  private Nights nights;

  @BeforeEach
  void none() {
    nights = new Nights(directory);
  }

  private void run(int night) throws IOException {
    Path member = nights.of("made").resolve(Nights.id(Made.time(night))).resolve("rope");
    Files.writeString(Files.createDirectories(member).resolve("run.json"), "{}");
  }

  private void night(int night, Measurement... measurements) throws IOException {
    run(night);
    nights.history("made").append(Made.night(night, List.of(measurements)));
  }

  @Test
  void theLastNightIsAcceptable() throws IOException {
    night(1, MEASUREMENTS.get(0));
    night(2, MEASUREMENTS.toArray(new Measurement[0]));
    assertThat(nights.acceptable("made")).isEqualTo(Made.night(2, MEASUREMENTS));
  }

  @Test
  void whatIsNoWholeAndSoundNightIsNot() throws IOException {
    assertThatThrownBy(() -> nights.acceptable("made")).hasMessageContaining("holds no night");
    night(1, MEASUREMENTS.get(0));
    run(2);
    assertThatThrownBy(() -> nights.acceptable("made"))
        .hasMessageContaining(Nights.id(Made.time(2)))
        .hasMessageContaining("was broken off");
    Measurement was = MEASUREMENTS.get(0);
    night(3, Made.with(was, 0, was.parameters(), was.layers(), was.probe(), List.of("heads leak")));
    assertThatThrownBy(() -> nights.acceptable("made"))
        .hasMessageContaining("rope-seed1: heads leak");
    nights
        .history("made")
        .append(
            Made.night(
                4, MEASUREMENTS, new Night.Failure("x", "x", was.configHash(), "loss is NaN")));
    assertThatThrownBy(() -> nights.acceptable("made")).hasMessageContaining("x: loss is NaN");
  }

  @Test
  void oldRunsGoAndAllElseStays() throws IOException {
    for (int night = 1; night <= 4; night++) {
      night(night, MEASUREMENTS.get(0));
    }
    Path mine = Files.createDirectory(nights.of("made").resolve("0-mine"));
    nights.keepNewest("made", 2);
    assertThat(nights.of("made"))
        .isDirectoryNotContaining("glob:**" + Nights.id(Made.time(1)))
        .isDirectoryNotContaining("glob:**" + Nights.id(Made.time(2)))
        .isDirectoryContaining("glob:**" + Nights.id(Made.time(3)))
        .isDirectoryContaining("glob:**" + Nights.id(Made.time(4)));
    assertThat(mine).exists();
    assertThat(nights.history("made").nights()).hasSize(4);
  }

  @Test
  void oneAtATime() {
    LockFile lock = nights.lock();
    assertThatThrownBy(() -> new Nights(directory).lock())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another pe nightly is at work here");
    lock.close();
    nights.lock().close();
  }
}
