package dev.evertoken.doctor.cli;

import dev.evertoken.internal.client.SimilarName;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings {@code evertoken.*}, from a properties file and from variables of the environment, which override the
 * file. A variable has the name of a property in upper case, with underscores in place of dots, and with or without
 * underscores in place of dashes. Other properties of the file are ignored. Immutable.
 */
final class EvertokenProperties {

    private static final String PREFIX = "evertoken.";
    private static final String VARIABLES = "EVERTOKEN_";

    private static final Set<String> NAMES = Set.of(
            "evertoken.namespace",
            "evertoken.environment",
            "evertoken.keys",
            "evertoken.key-file",
            "evertoken.allow-clear-text",
            "evertoken.store.type",
            "evertoken.store.file.path",
            "evertoken.store.redis.url",
            "evertoken.store.jdbc.url",
            "evertoken.store.jdbc.username",
            "evertoken.store.jdbc.password",
            "evertoken.store.jdbc.table",
            "evertoken.store.gcp.project",
            "evertoken.store.gcp.endpoint");

    private static final Set<String> OF_CLIENTS = Set.of(
            "provider",
            "client-id",
            "client-secret",
            "client-secret-previous",
            "redirect-uri",
            "scopes",
            "description");

    /** Settings of the application that a diagnosis does not need. */
    private static final List<String> OF_THE_APPLICATION =
            List.of("evertoken.background.", "evertoken.mirror.", "evertoken.webhooks.");

    private static final Pattern CLIENT = Pattern.compile("evertoken\\.clients\\.([^.]+)\\.([a-z-]+)(?:\\[\\d+])?");

    private final Map<String, String> values;
    private final List<String> warnings;

    private EvertokenProperties(Map<String, String> values, List<String> warnings) {
        this.values = values;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads the settings.
     *
     * @throws UsageException if the file cannot be read, or if a property of it is unknown; the message names it and
     *     the most similar known one
     */
    static EvertokenProperties read(Optional<Path> file, Map<String, String> environment) {
        Map<String, String> values = new TreeMap<>();
        file.map(EvertokenProperties::load)
                .ifPresent(loaded -> loaded.stringPropertyNames().stream()
                        .filter(name -> name.startsWith(PREFIX))
                        .forEach(name -> values.put(name, resolved(name, loaded.getProperty(name)))));
        values.keySet().forEach(EvertokenProperties::requireKnown);
        List<String> warnings = new ArrayList<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(VARIABLES)) {
                property(variable, values.keySet())
                        .ifPresentOrElse(
                                name -> values.put(name, value),
                                () -> warnings.add("the variable " + variable + " is no setting and is ignored"));
            }
        });
        return new EvertokenProperties(values, warnings);
    }

    private static Properties load(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            Properties properties = new Properties();
            properties.load(reader);
            return properties;
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException(
                    "the file " + file + " cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static String resolved(String name, String value) {
        if (value.contains("${")) {
            throw new UsageException("the value of " + name
                    + " has a placeholder ${…}, which only Spring resolves; set the variable "
                    + VARIABLES + upper(name.substring(PREFIX.length())) + " instead");
        }
        return value.strip();
    }

    private static void requireKnown(String name) {
        Matcher client = CLIENT.matcher(name);
        boolean known = NAMES.contains(name)
                || OF_THE_APPLICATION.stream().anyMatch(name::startsWith)
                || (client.matches() && OF_CLIENTS.contains(client.group(2)));
        if (!known) {
            throw new UsageException("the property " + name + " is unknown" + similar(name));
        }
    }

    private static String similar(String name) {
        Matcher client = CLIENT.matcher(name);
        Optional<String> similar = client.matches()
                ? SimilarName.among(OF_CLIENTS, client.group(2))
                        .map(end -> "evertoken.clients." + client.group(1) + "." + end)
                : SimilarName.among(NAMES, name);
        return similar.map(known -> "; did you mean " + known + "?").orElse("");
    }

    /** Returns the property of a variable; empty if there is none. */
    private static Optional<String> property(String variable, Set<String> inFile) {
        Stream<String> ofApplication = OF_THE_APPLICATION.stream()
                .filter(prefix -> variable.startsWith(VARIABLES + upper(prefix.substring(PREFIX.length()))));
        return Stream.concat(
                        Stream.concat(NAMES.stream(), inFile.stream()).filter(name -> isNamed(variable, name)),
                        ofApplication)
                .findFirst()
                .or(() -> clientProperty(variable));
    }

    private static Optional<String> clientProperty(String variable) {
        String start = VARIABLES + "CLIENTS_";
        if (!variable.startsWith(start)) {
            return Optional.empty();
        }
        String rest = variable.substring(start.length());
        return OF_CLIENTS.stream()
                .flatMap(end -> Stream.of(end, end.replace("-", "")).map(form -> Map.entry(end, "_" + upper(form))))
                .filter(form -> rest.endsWith(form.getValue())
                        && rest.length() > form.getValue().length())
                .max(Map.Entry.comparingByValue((one, other) -> Integer.compare(one.length(), other.length())))
                .map(form -> "evertoken.clients."
                        + rest.substring(0, rest.length() - form.getValue().length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-')
                        + "." + form.getKey());
    }

    private static boolean isNamed(String variable, String property) {
        String name = property.substring(PREFIX.length());
        return variable.equals(VARIABLES + upper(name)) || variable.equals(VARIABLES + upper(name.replace("-", "")));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Returns what was ignored, one sentence each without a full stop. */
    List<String> warnings() {
        return warnings;
    }

    /** Returns a setting; empty if it is missing or blank. */
    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    /** @throws UsageException if the setting is missing */
    String require(String name) {
        return get(name).orElseThrow(() -> new UsageException("the property " + name + " is not set"));
    }

    /** Returns whether a setting is {@code true}. */
    boolean isTrue(String name) {
        return get(name).filter("true"::equalsIgnoreCase).isPresent();
    }

    /** Returns the names of the clients. */
    Set<String> clients() {
        return values.keySet().stream()
                .map(CLIENT::matcher)
                .filter(Matcher::matches)
                .map(client -> client.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns a setting of a client. */
    Optional<String> ofClient(String registration, String name) {
        return get("evertoken.clients." + registration + "." + name);
    }

    /** Returns the scopes of a client, from one property with commas or spaces or from a list of properties. */
    List<String> scopes(String registration) {
        String name = "evertoken.clients." + registration + ".scopes";
        Map<String, String> all = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (key.equals(name) || key.startsWith(name + "[")) {
                all.put(key, value);
            }
        });
        return all.values().stream()
                .flatMap(text -> Stream.of(text.split("[,\\s]+")))
                .filter(scope -> !scope.isBlank())
                .toList();
    }

    /** @throws UsageException if there is no client of this name */
    void requireClient(String registration) {
        if (!clients().contains(registration)) {
            throw new UsageException("there is no client " + registration
                    + SimilarName.among(clients(), registration)
                            .map(known -> "; did you mean " + known + "?")
                            .orElse(""));
        }
    }

    /** Returns the names of the settings, without their values. */
    @Override
    public String toString() {
        return "EvertokenProperties" + values.keySet();
    }
}
