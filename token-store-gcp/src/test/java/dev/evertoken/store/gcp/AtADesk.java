package dev.evertoken.store.gcp;

import dev.evertoken.Tokens;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a {@link Desk} of its own, and one process at it. */
abstract class AtADesk {

    @TempDir
    Path folder;

    Desk desk;
    Tokens here;

    @BeforeEach
    void open() {
        desk = new Desk(folder.resolve("answers"));
        here = desk.tokens();
    }

    @AfterEach
    void close() throws Exception {
        desk.close();
    }

    /** Returns how often each call was made of the service. */
    Map<String, Integer> counts() {
        return desk.service.counts();
    }
}
