package dev.evertoken.benchmarks.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadedClassesTest {

    @Test
    void classesThatOneProgramLoadsAndTheOtherDoesNotAreCountedByPackage() {
        List<String> ours =
                List.of("a.One", "a.Two", "a.Three", "b.Four", "c.Five", "a.One$$Lambda$7/0x01", "a.One$$Lambda/0x02");
        List<String> bare = List.of("a.One", "c.Five", "x.Six", "c.Five$$Lambda$9/0x03");

        assertThat(LoadedClasses.more(ours, bare).toString())
                .isEqualTo("{a=2, b=1, lambdas and other hidden classes=1}");
    }
}
