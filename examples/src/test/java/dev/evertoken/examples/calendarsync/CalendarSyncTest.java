package dev.evertoken.examples.calendarsync;

import dev.evertoken.examples.setup.ReadmeOutput;
import dev.evertoken.examples.setup.SharedPostgres;
import org.junit.jupiter.api.Test;

/** Both services tell the story of the README as processes, with each failure of the way between them. */
class CalendarSyncTest {

    @Test
    void theStoryIsThatOfTheReadme() throws Exception {
        ReadmeOutput output = new ReadmeOutput();
        try (SyncWorld world = new SyncWorld(SharedPostgres.empty(), SharedPostgres.empty())) {
            SyncStory.play(world, output.stream());
        }
        output.assertIsShown();
    }
}
