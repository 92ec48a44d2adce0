package dev.evertoken.examples.stravasync;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.setup.ReadmeOutput;
import dev.evertoken.examples.setup.SharedPostgres;
import org.junit.jupiter.api.Test;

/** The dashboard's story has the output of the README. */
class SyncStoryTest {

    @Test
    void theStoryIsThatOfTheReadme() throws Exception {
        ReadmeOutput output = new ReadmeOutput();
        try (HikariDataSource database = SharedPostgres.empty()) {
            SyncStory.tell(database, output.stream());
        }
        output.assertIsShown();
    }
}
