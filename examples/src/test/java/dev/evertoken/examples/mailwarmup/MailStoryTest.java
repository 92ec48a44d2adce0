package dev.evertoken.examples.mailwarmup;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.setup.ReadmeOutput;
import dev.evertoken.examples.setup.SharedPostgres;
import org.junit.jupiter.api.Test;

/** The pool's story has the output of the README. */
class MailStoryTest {

    @Test
    void theStoryIsThatOfTheReadme() throws Exception {
        ReadmeOutput output = new ReadmeOutput();
        try (HikariDataSource database = SharedPostgres.empty()) {
            MailStory.tell(database, output.stream());
        }
        output.assertIsShown();
    }
}
