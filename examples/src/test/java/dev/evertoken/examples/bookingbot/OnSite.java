package dev.evertoken.examples.bookingbot;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a {@link Site} of its own. */
abstract class OnSite {

    @TempDir
    private Path disks;

    Site site;

    @BeforeAll
    static void loadClient() {
        Site.loadGooglesClient();
    }

    @BeforeEach
    void open() {
        site = new Site(disks);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }
}
