package dev.evertoken.examples.calendarsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.examples.setup.ReadmeOutput;
import dev.evertoken.examples.setup.SharedPostgres;
import dev.evertoken.testing.ChildJvm;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Both services as processes: with mocks they tell the story of the README, with credentials they serve a user. */
@Execution(ExecutionMode.CONCURRENT)
class CalendarSyncTest {

    @Test
    void theStoryIsThatOfTheReadme() throws Exception {
        ReadmeOutput output = new ReadmeOutput();
        try (SyncWorld world = world()) {
            SyncStory.play(world, output.stream());
        }
        output.assertIsShown();
    }

    @Test
    void withCredentialsAUserConnectsAndTheAgentReadsTheCalendar() {
        try (SyncWorld world = world()) {
            LocalPostgres.execute(world.backendData(), TokenTable.USERS.schema(), "INSERT INTO users (id) VALUES (1)");
            ChildJvm.Start start = ChildJvm.of(CalendarSync.class);
            world.backendVariables().forEach(start::environment);
            world.agentVariables().forEach(start::environment);
            try (ChildJvm command = start.start()) {
                assertThat(command.readLine()).startsWith("open this address in a browser");
                URI redirect = world.google().approve(URI.create(command.readLine()), "anna");
                assertThat(HttpCall.get(redirect).status()).isEqualTo(200);

                assertThat(command.readLine()).isEqualTo("agent: 200 I have read your calendar.");
                assertThat(command.readLine()).isEqualTo("disconnect: 200 Google Calendar is disconnected");
                assertThat(command.readLine()).isEqualTo("agent: 404 Please connect your calendar: NOT_CONNECTED");
                assertThat(command.awaitEnd()).isZero();
            }
        }
    }

    @Test
    void theCommandNamesEachVariableThatIsMissing() {
        try (ChildJvm command = ChildJvm.of(CalendarSync.class)
                .environment("GOOGLE_CLIENT_ID", "client-1.apps.googleusercontent.com")
                .start()) {
            assertThat(command.readLine())
                    .startsWith("calendar-sync: failed: ")
                    .contains("GOOGLE_CLIENT_SECRET", "EVERTOKEN_KEYS is not set", "CALENDAR_MIRROR_KEYS is not set");
            assertThat(command.awaitEnd()).isEqualTo(2);
        }
    }

    @Test
    void aServiceWhoseDatabaseIsDownSaysSoAndEnds() {
        try (SyncWorld world = world()) {
            ChildJvm.Start start = ChildJvm.of(CalendarBackend.class);
            world.backendVariables().forEach(start::environment);
            start.environment(BackendSettings.DATABASE, "jdbc:postgresql://127.0.0.1:1/backend?user=nobody");
            try (ChildJvm backend = start.start()) {
                assertThat(backend.readLine())
                        .startsWith("calendar-backend cannot start: the database of CALENDAR_BACKEND_DATABASE does not"
                                + " accept connections");
                assertThat(backend.awaitEnd()).isEqualTo(2);
            }
        }
    }

    private static SyncWorld world() {
        return new SyncWorld(SharedPostgres.empty(), SharedPostgres.empty());
    }
}
