package dev.evertoken.processes;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.testing.CrashPoints;
import dev.evertoken.testing.TestProcessLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that runs commands on tokens, one command a line; the first line is the {@link Setup}.
 *
 * <p>The commands are {@code token KEY}, {@code replace KEY}, {@code refresh KEY}, {@code status KEY},
 * {@code disconnect KEY}, {@code race KEY…}, {@code work SEED KEY…}, {@code frozen}, {@code thaw} and {@code close}.
 * The response to a command starts with the same word, followed by the key and the result. Keys are written
 * {@code registration/account}. Thread-safe.
 */
final class TokenProcess {

    /** The system property that switches the journal off. */
    static final String WITHOUT_JOURNAL = "evertoken.withoutJournal";

    /** The system property that makes the store the authority of a chain and names its fallback. */
    static final String FALLBACK = "evertoken.fallback";

    /** The system property for the maximum wait of a caller in milliseconds; 30 seconds unless set. */
    static final String MAX_WAIT = "evertoken.maxWait";

    private static final Logger log = LoggerFactory.getLogger(TokenProcess.class);
    private static final int WORKERS = 3;

    private final TestProcessLink link;
    private final CrashPoints crash;
    private final Tokens tokens;
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Map<TokenKey, AccessToken> last = new ConcurrentHashMap<>();

    private TokenProcess(TestProcessLink link, CrashPoints crash, Tokens tokens) {
        this.link = link;
        this.crash = crash;
        this.tokens = tokens;
    }

    /** Starts the process; the first argument is the folder. */
    public static void main(String[] arguments) {
        TestProcessLink link = TestProcessLink.ofThisProcess();
        Setup setup = new Setup(Path.of(arguments[0]), Secret.of(link.readLine()));
        CrashPoints crash = CrashPoints.ofThisProcess();
        Duration maxWait =
                Duration.ofMillis(Long.getLong(MAX_WAIT, Duration.ofSeconds(30).toMillis()));
        TokensBuilder builder = setup.builder(crash, Timekeeper.system()).maxWait(maxWait);
        Optional.ofNullable(System.getProperty(FALLBACK))
                .ifPresent(name -> builder.store(setup.chain(crash, name, Timekeeper.system())));
        if (Boolean.getBoolean(WITHOUT_JOURNAL)) {
            builder.withoutJournal();
        }
        Tokens tokens = builder.build();
        log.debug("opened {}", tokens);
        link.writeLine("open");
        new TokenProcess(link, crash, tokens).runCommands();
    }

    static TokenKey key(String text) {
        String[] parts = text.split("/", 2);
        return TokenKey.of(parts[0], parts[1]);
    }

    private void runCommands() {
        String line = link.readLine();
        while (!line.equals("close")) {
            String[] words = line.split(" ", -1);
            List<String> rest = Arrays.asList(words).subList(1, words.length);
            switch (words[0]) {
                case "token", "replace", "refresh", "status", "disconnect" ->
                    callers.execute(() -> execute(words[0], key(words[1])));
                case "race" -> race(rest);
                case "work" -> work(rest);
                case "frozen" -> {
                    crash.awaitFrozen();
                    link.writeLine("frozen");
                }
                case "thaw" -> crash.resume();
                default -> throw new IllegalArgumentException("no such command: " + words[0]);
            }
            line = link.readLine();
        }
        tokens.close();
        link.writeLine("closed");
        callers.shutdownNow();
    }

    private void execute(String command, TokenKey key) {
        link.writeLine(command + " " + key + " "
                + switch (command) {
                    case "token" -> generation(key, () -> tokens.accessToken(key));
                    case "replace" -> generation(key, () -> tokens.replace(key, last.get(key)));
                    case "refresh" -> generation(key, () -> tokens.refresh(key, "the test wants it"));
                    case "disconnect" -> tokens.disconnect(key);
                    default -> status(key);
                });
    }

    private String generation(TokenKey key, Supplier<AccessToken> call) {
        try {
            AccessToken token = call.get();
            last.put(key, token);
            log.debug("got {}", token);
            return "GENERATION " + token.generation();
        } catch (TokenException e) {
            log.debug("got no token: {}", e.toJson(), e);
            return "PROBLEM " + e.problem();
        }
    }

    private String status(TokenKey key) {
        AccountStatus status = tokens.status(key);
        log.debug("status {}", status);
        return status.state() + " " + status.generation();
    }

    /** Requests the tokens of all accounts sequentially, starting when the test releases all its children. */
    private void race(List<String> keys) {
        link.ready();
        keys.forEach(key -> execute("token", key(key)));
        link.writeLine("raced");
    }

    /** Replaces every token that it gets until the process is killed. */
    private void work(List<String> words) {
        long seed = Long.parseLong(words.get(0));
        List<TokenKey> keys = words.stream().skip(1).map(TokenProcess::key).toList();
        for (int worker = 0; worker < WORKERS; worker++) {
            Random random = new Random(seed + worker);
            callers.execute(() -> {
                while (true) {
                    rotate(keys.get(random.nextInt(keys.size())));
                }
            });
        }
    }

    private void rotate(TokenKey key) {
        try {
            AccessToken token = tokens.accessToken(key);
            link.writeLine("rotated " + tokens.replace(key, token).generation());
        } catch (TokenException e) {
            link.writeLine("failed " + e.problem());
        }
    }
}
