package dev.evertoken.internal.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DueFolderTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey LONG = TokenKey.of("google", "a".repeat(300));
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant ONE = NOON.plusSeconds(3600);

    @TempDir
    private Path folder;

    private DueFolder due;

    @BeforeEach
    void createHints() {
        due = DueFolder.in(folder);
        due.move(ALICE, Optional.empty(), Optional.of(NOON));
        due.move(LONG, Optional.empty(), Optional.of(NOON));
    }

    @Test
    void aHintKeepsItsKeyWhenItMoves() throws IOException {
        due.move(ALICE, Optional.of(NOON), Optional.of(ONE));
        due.move(LONG, Optional.of(NOON), Optional.of(ONE.plusSeconds(1)));

        assertThat(due.due("google", ONE.plusSeconds(9), Optional.empty(), 9)).containsExactly(ALICE, LONG);
        assertThat(due.file(ALICE, NOON).resolveSibling("")).as("its directory").doesNotExist();
    }

    @Test
    void aHintMovesOverOneThatIsALinkOfTheSameFile() throws IOException {
        PrivateFiles.createFolder(due.file(ALICE, ONE).resolveSibling(""));
        Files.createLink(due.file(ALICE, ONE), due.file(ALICE, NOON));

        due.move(ALICE, Optional.of(NOON), Optional.of(ONE));

        assertThat(due.file(ALICE, NOON)).doesNotExist();
        assertThat(due.has(ALICE, ONE)).isTrue();
    }

    @Test
    void aMissingHintIsCreatedWhenTheAccountIsDueAtAnotherTime() throws IOException {
        Files.delete(due.file(ALICE, NOON));
        Files.delete(due.file(LONG, NOON));

        due.move(ALICE, Optional.of(NOON), Optional.of(ONE));
        due.move(LONG, Optional.of(NOON), Optional.of(ONE));

        assertThat(due.due("google", ONE.plusSeconds(9), Optional.empty(), 9)).containsExactlyInAnyOrder(ALICE, LONG);
    }
}
