package dev.evertoken.internal.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A process has one id, which is the one that the JDK returns. */
class ThisProcessTest {

    @Test
    void theIdIsThatOfThisProcess() {
        assertThat(ThisProcess.id())
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    }
}
