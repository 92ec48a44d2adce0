package dev.evertoken.doctor.cli;

import dev.evertoken.doctor.FindingCode;
import dev.evertoken.internal.client.SimilarName;
import dev.evertoken.model.TokenKey;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The command line. Immutable.
 *
 * @param command {@code check}, {@code clear} or {@code help}
 * @param key the account of {@code clear}
 * @param flags the options without a value, without their dashes
 * @param values the options with a value, without their dashes
 * @param findings the codes that {@code --finding} names
 */
record Arguments(
        String command,
        Optional<TokenKey> key,
        Set<String> flags,
        Map<String, String> values,
        List<FindingCode> findings) {

    static final String HELP = """
            Usage: token-doctor [check] [options]
                   token-doctor clear REGISTRATION/ACCOUNT [--yes] [options]

            check                  examines the store and its accounts; changes no account
            clear                  shows an unusable record, and removes it with --yes

            --config FILE          properties evertoken.*; variables such as EVERTOKEN_NAMESPACE override them
            --registration NAME    only the accounts of one client
            --accounts PREFIX      only the accounts whose id starts so
            --finding CODE         shows only accounts with this finding; may be repeated
            --only-findings        shows only accounts with a finding
            --json                 writes one JSON object
            --account-ids          shows account ids, reconnect addresses and responses: not for the public
            --online               also sends a request without credentials to each token endpoint
            --refresh              also refreshes the accounts that are due
            --probe, --no-probe    whether a record is written and removed; the default is no if that costs money
            --help                 shows this text

            The exit code is 0 if nothing has to be done, 1 if there are findings, 2 if it could not look.
            """;

    private static final Set<String> FLAGS =
            Set.of("json", "account-ids", "online", "refresh", "probe", "no-probe", "only-findings", "yes", "help");
    private static final Set<String> VALUES = Set.of("config", "registration", "accounts", "finding");
    private static final Set<String> COMMANDS = Set.of("check", "clear", "help");

    boolean has(String flag) {
        return flags.contains(flag);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Optional<Path> config() {
        return value("config").map(Path::of);
    }

    /** @throws UsageException if an argument is unknown or missing */
    static Arguments parse(String... arguments) {
        Deque<String> rest = new ArrayDeque<>(List.of(arguments));
        List<String> words = new ArrayList<>();
        Set<String> flags = new HashSet<>();
        Map<String, String> values = new HashMap<>();
        List<FindingCode> findings = new ArrayList<>();
        while (!rest.isEmpty()) {
            String next = rest.remove();
            if (!next.startsWith("--")) {
                words.add(next);
            } else if (FLAGS.contains(next.substring(2))) {
                flags.add(next.substring(2));
            } else {
                String name = known(next);
                String value = Optional.ofNullable(rest.poll())
                        .orElseThrow(() -> new UsageException("the option --" + name + " has no value"));
                if (name.equals("finding")) {
                    findings.add(code(value));
                } else if (values.put(name, value) != null) {
                    throw new UsageException("the option --" + name + " is there twice");
                }
            }
        }
        return of(words, flags, values, findings);
    }

    private static Arguments of(
            List<String> words, Set<String> flags, Map<String, String> values, List<FindingCode> findings) {
        String command = flags.contains("help") ? "help" : words.isEmpty() ? "check" : words.get(0);
        if (!COMMANDS.contains(command)) {
            throw new UsageException("the command " + command + " is unknown" + similar(COMMANDS, command, ""));
        }
        int expected = command.equals("clear") ? 2 : 1;
        if (!command.equals("help") && words.size() > expected) {
            throw new UsageException("the argument " + words.get(expected) + " is one too many");
        }
        Optional<TokenKey> key = command.equals("clear") ? Optional.of(key(words)) : Optional.empty();
        if (flags.contains("probe") && flags.contains("no-probe")) {
            throw new UsageException("--probe and --no-probe exclude each other");
        }
        return new Arguments(command, key, Set.copyOf(flags), Map.copyOf(values), List.copyOf(findings));
    }

    private static TokenKey key(List<String> words) {
        String text = words.size() < 2 ? "" : words.get(1);
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new UsageException("clear needs an account in the form REGISTRATION/ACCOUNT");
        }
        return TokenKey.of(text.substring(0, slash), text.substring(slash + 1));
    }

    private static String known(String option) {
        String name = option.substring(2);
        if (VALUES.contains(name)) {
            return name;
        }
        Set<String> all = new HashSet<>(FLAGS);
        all.addAll(VALUES);
        throw new UsageException("the option " + option + " is unknown" + similar(all, name, "--"));
    }

    private static FindingCode code(String text) {
        List<String> names = Stream.of(FindingCode.values()).map(Enum::name).toList();
        String upper = text.toUpperCase(Locale.ROOT);
        if (names.contains(upper)) {
            return FindingCode.valueOf(upper);
        }
        Optional<String> similar = SimilarName.among(
                        names.stream()
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .toList(),
                        text)
                .map(name -> name.toUpperCase(Locale.ROOT));
        throw new UsageException("there is no finding " + text
                + similar.map(name -> "; did you mean " + name + "?").orElse(""));
    }

    private static String similar(Set<String> known, String name, String dashes) {
        return SimilarName.among(known, name)
                .map(similar -> "; did you mean " + dashes + similar + "?")
                .orElse("; see --help");
    }
}
