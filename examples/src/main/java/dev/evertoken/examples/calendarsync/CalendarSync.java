package dev.evertoken.examples.calendarsync;

import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.model.TokenException;
import java.io.IOException;

/**
 * Runs both services on this machine. Without {@code GOOGLE_CLIENT_ID} it plays their story against a mock of Google;
 * with it, a real user connects and disconnects a real calendar. The exit code is 1 if a step fails, and 2 if a service
 * cannot start, for example because a variable is missing. Stateless.
 */
public final class CalendarSync {

    private CalendarSync() {}

    public static void main(String[] args) throws IOException {
        try {
            if (System.getenv("GOOGLE_CLIENT_ID") == null) {
                story();
            } else {
                RealRun.run(System.getenv(), System.out);
            }
        } catch (IllegalStateException | AssertionError | TokenException e) {
            System.out.println("calendar-sync: failed: " + e.getMessage());
            System.exit(e instanceof IllegalStateException ? 2 : 1);
        }
    }

    private static void story() throws IOException {
        try (LocalPostgres postgres = LocalPostgres.start();
                SyncWorld world = new SyncWorld(postgres.empty(), postgres.empty())) {
            SyncStory.play(world, System.out);
        }
    }
}
