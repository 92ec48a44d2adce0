package dev.evertoken.benchmarks.coldstart;

import com.squareup.moshi.JsonReader;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.evertoken.Tokens;
import dev.evertoken.providers.Google;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Measures the time from the start of a JVM to the first usable access token, and the CPU time used until then. Each
 * program runs in a fresh JVM for each round, the rounds of all programs are interleaved, and the medians count. Not
 * thread-safe; a program to run.
 */
public final class ColdStart {

    private static final String RESPONSE =
            "{\"access_token\":\"ya29.fresh-access-token\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";
    private static final String FILES = "Evertoken, file store";
    private static final String BARE_FILES = "bare OkHttp, file";
    public static final double GOAL = 1.2;

    /** A class of each jar that OkHttp and Moshi need, and of the programs. */
    private static final List<Class<?>> BARE =
            List.of(BareStart.class, OkHttpClient.class, Buffer.class, Unit.class, JsonReader.class);

    /** A class of each jar that Evertoken needs besides. */
    private static final List<Class<?>> OWN = List.of(Tokens.class, Google.class, Logger.class, Nullable.class);

    private final URI endpoint;
    private final Path folder;
    private final Map<String, MeasuredProgram> programs = new LinkedHashMap<>();
    private final Map<String, Ratio> ratios = new LinkedHashMap<>();

    private ColdStart(URI endpoint, Path folder) {
        this.endpoint = endpoint;
        this.folder = folder;
    }

    /** Arguments: the number of rounds, and the file for the results. */
    public static void main(String[] args) throws Exception {
        StartResults results = results(Integer.parseInt(args[0]));
        List<String> lines = new ArrayList<>();
        lines.add(line(StartResults.COLUMNS));
        lines.add("|---".repeat(StartResults.COLUMNS.size()) + "|");
        results.rows().forEach(row -> lines.add(line(row)));
        results.ratios()
                .forEach((name, ratio) -> lines.add(String.format(
                        Locale.ROOT, "ratio %s %.2f, of CPU %.2f%s", name, ratio.wall(), ratio.cpu(), goal(ratio))));
        lines.forEach(System.out::println);
        Files.write(Path.of(args[1]), lines);
    }

    private static String goal(Ratio ratio) {
        return ratio.wall() > GOAL ? " (goal " + GOAL + ", missed)" : " (goal " + GOAL + ")";
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** The time of one program divided by that of another. Immutable. */
    public record Ratio(double wall, double cpu) {}

    /** Measures. */
    public static StartResults results(int rounds) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", ColdStart::respond);
        server.setExecutor(threads);
        server.start();
        Path folder = Files.createTempDirectory("cold-start-");
        try {
            URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
            ColdStart start = new ColdStart(endpoint, folder);
            return start.measure(rounds);
        } finally {
            server.stop(0);
            threads.shutdownNow();
            TemporaryFiles.delete(folder);
        }
    }

    private static void respond(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = RESPONSE.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private StartResults measure(int rounds) throws Exception {
        StartClassPath classPaths = new StartClassPath(folder);
        String bare = classPaths.withJarsOf(BARE);
        String own =
                classPaths.withJarsOf(Stream.concat(BARE.stream(), OWN.stream()).toList());
        String store = "file:" + folder.resolve("store");
        Path file = folder.resolve("bare").resolve("account.json");
        Files.createDirectories(file.getParent());
        Preparation expiredAccount = () -> expireAccount(store);
        Preparation expiredFile = () -> expireFile(file);
        MeasuredProgram memory = program(own, EvertokenStart.class, "memory:");
        MeasuredProgram files = program(own, EvertokenStart.class, store).preparedBy(expiredAccount);
        MeasuredProgram bareMemory = program(bare, BareStart.class);
        MeasuredProgram bareFiles =
                program(bare, BareStart.class, file.toString()).preparedBy(expiredFile);
        programs.put(BARE_FILES, bareFiles);
        programs.put(FILES, files);
        programs.put("bare OkHttp, no file", bareMemory);
        programs.put("Evertoken, memory store", memory);
        programs.put("google-auth, no file", googleAuth(classPaths));
        programs.put("bare OkHttp, file, AppCDS", bareFiles.archived(folder.resolve("bare.jsa")));
        programs.put("Evertoken, file store, AppCDS", files.archived(folder.resolve("evertoken.jsa")));
        return run(rounds);
    }

    private MeasuredProgram googleAuth(StartClassPath classPaths) throws Exception {
        MeasuredProgram unlimited = program(classPaths.complete(), GoogleAuthStart.class);
        return program(classPaths.withOnly(unlimited.usedJars(folder.resolve("jars.txt"))), GoogleAuthStart.class);
    }

    private MeasuredProgram program(String classPath, Class<?> main, String... more) {
        List<String> arguments = new ArrayList<>(List.of(endpoint.toString()));
        arguments.addAll(List.of(more));
        return new MeasuredProgram(List.of("-cp", classPath), main, arguments, () -> {});
    }

    private StartResults run(int rounds) throws Exception {
        Map<String, Samples> samples = new LinkedHashMap<>();
        for (String name : programs.keySet()) {
            samples.put(name, new Samples());
            programs.get(name).run(); // fills the page cache, is not counted
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, MeasuredProgram> one : programs.entrySet()) {
                samples.get(one.getKey()).add(one.getValue().run());
            }
        }
        return results(samples);
    }

    private StartResults results(Map<String, Samples> samples) throws Exception {
        Map<String, List<String>> classes = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, Samples> one : samples.entrySet()) {
            List<String> loaded = programs.get(one.getKey()).loadedClasses(folder.resolve("classes.txt"));
            classes.put(one.getKey(), loaded);
            rows.add(List.of(
                    one.getKey(),
                    String.format(Locale.ROOT, "%.0f", one.getValue().wallMillis()),
                    String.format(Locale.ROOT, "%.0f", one.getValue().cpuMillis()),
                    String.valueOf(loaded.size())));
        }
        addRatios(samples);
        return new StartResults(rows, ratios, LoadedClasses.more(classes.get(FILES), classes.get(BARE_FILES)));
    }

    private void addRatios(Map<String, Samples> samples) {
        ratio("cold-start", samples.get(FILES), samples.get(BARE_FILES));
        ratio("cold-start-memory", samples.get("Evertoken, memory store"), samples.get("bare OkHttp, no file"));
        ratio("cold-start-cds", samples.get("Evertoken, file store, AppCDS"), samples.get("bare OkHttp, file, AppCDS"));
        ratio("cold-start-google-auth", samples.get("google-auth, no file"), samples.get("bare OkHttp, no file"));
        ratio("cold-start-cds-against-plain", samples.get("Evertoken, file store, AppCDS"), samples.get(BARE_FILES));
    }

    private void ratio(String name, Samples measured, Samples bare) {
        ratios.put(name, new Ratio(measured.wallMillis() / bare.wallMillis(), measured.cpuMillis() / bare.cpuMillis()));
    }

    private void expireAccount(String store) {
        try (Tokens tokens = EvertokenStart.tokens(endpoint, store)) {
            tokens.connect(EvertokenStart.KEY, EvertokenStart.expired());
        }
    }

    private static void expireFile(Path file) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("access_token", "expired-access-token");
        members.put("refresh_token", FirstToken.REFRESH_TOKEN);
        Files.writeString(file, BareStart.written(members));
    }
}
