package dev.evertoken.build;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A call of Maven. {@link #problems} returns the parts of it that do not exist in this build, so that a command of the
 * documents cannot outlive a profile, a module, a test or a program.
 */
final class MavenCommand {

    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");
    private static final Set<String> FLAGS = Set.of("-q", "-B", "-am");
    private static final List<String> PHASES = List.of(
            "clean",
            "compile",
            "process-classes",
            "test-compile",
            "process-test-classes",
            "test",
            "package",
            "integration-test",
            "verify",
            "install",
            "deploy");
    /** The properties of plugins that no build file names. */
    private static final Set<String> OF_PLUGINS =
            Set.of("test", "exec.mainClass", "altDeploymentRepository", "surefire.failIfNoSpecifiedTests");

    private static final String PROVIDERS = "examples/src/main/java/dev/evertoken/examples/ConnectSettings.java";

    private final String document;
    private final BuildProfiles build;
    private final List<String> modules = new ArrayList<>();
    private final List<String> profiles = new ArrayList<>();
    private final List<String> goals = new ArrayList<>();
    private final List<String> flags = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** @param document the document that prints the command; it may have the class that the command starts */
    MavenCommand(String command, String document, BuildProfiles build) {
        this.document = document;
        this.build = build;
        List<String> words = WORD.matcher(command.replaceFirst("^mvn ", "").replaceAll("<[^>]*>", "placeholder"))
                .results()
                .map(found -> found.group().replace("\"", ""))
                .toList();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-pl")) {
                i++;
                modules.addAll(Arrays.asList(words.get(i).split(",", -1)));
            } else {
                add(word);
            }
        }
        checkAll();
    }

    private void add(String word) {
        if (word.startsWith("-P")) {
            profiles.addAll(Arrays.asList(word.substring(2).split(",", -1)));
        } else if (word.startsWith("-D")) {
            String[] pair = word.substring(2).split("=", 2);
            properties.put(pair[0], pair.length == 2 ? pair[1] : "true");
        } else if (word.startsWith("-")) {
            flags.add(word);
        } else {
            goals.add(word);
        }
    }

    /** Returns one sentence for each part that does not exist, and for each combination that does not work. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    private void checkAll() {
        check("option", flags, FLAGS::contains);
        check("module", modules, build.modules()::contains);
        check("goal", goals, this::isGoal);
        check("property", properties.keySet(), this::isProperty);
        // Without modules the command is one for the whole build, so a profile of any module takes effect.
        List<String> all = modules.isEmpty() ? List.copyOf(build.modules()) : modules;
        check("profile", profiles, profile -> build.has(profile, all));
        profiles.forEach(this::checkPrograms);
        checkValues();
    }

    private void check(String kind, Iterable<String> names, Predicate<String> exists) {
        for (String name : names) {
            if (!exists.test(name)) {
                problems.add("there is no " + kind + " " + name);
            }
        }
    }

    private boolean isGoal(String goal) {
        String[] parts = goal.split(":", 2);
        return parts.length == 1 ? PHASES.contains(goal) : build.hasPlugin(parts[0]);
    }

    private boolean isProperty(String name) {
        return OF_PLUGINS.contains(name) || build.properties().contains(name);
    }

    /** A program is started in its module and phase; a later phase would also do everything that is between. */
    private void checkPrograms(String profile) {
        for (BuildProfiles.Started program : build.started(profile)) {
            if (!modules.contains(program.module()) && !modules.isEmpty()) {
                problems.add(profile + " starts a program in " + program.module());
            }
            if (!goals.isEmpty() && !goals.contains(program.phase())) {
                problems.add(profile + " starts its program in the phase " + program.phase());
            }
            program.mainClass()
                    .filter(main -> !exists(simple(main), program.module() + "/src"))
                    .ifPresent(main -> problems.add("there is no class " + main));
        }
    }

    private void checkValues() {
        value("test").ifPresent(this::checkTest);
        value("bench")
                .map(options -> options.split(" ", 2)[0])
                .filter(benchmark -> !exists(benchmark, "proof/benchmarks/src"))
                .ifPresent(benchmark -> problems.add("there is no benchmark " + benchmark));
        value("exec.mainClass")
                .filter(main -> !Checkout.read(document).contains("class " + main + " {"))
                .ifPresent(main -> problems.add("the document has no class " + main));
        value("provider")
                .filter(provider -> !Checkout.read(PROVIDERS).contains("    " + constant(provider) + "(\n"))
                .ifPresent(provider -> problems.add("there is no provider " + provider));
    }

    private Optional<String> value(String property) {
        return Optional.ofNullable(properties.get(property));
    }

    private void checkTest(String test) {
        if (modules.stream().noneMatch(module -> exists(test, module + "/src/test"))) {
            problems.add("there is no test " + test + " in " + modules);
        }
        if (!profiles.contains("quick") && !properties.containsKey("surefire.failIfNoSpecifiedTests")) {
            problems.add("the modules without the test " + test + " fail");
        }
    }

    private static String constant(String provider) {
        return provider.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    private static boolean exists(String simpleName, String folder) {
        return Checkout.exists(folder)
                && !Checkout.files(folder, "/" + simpleName + ".java").isEmpty();
    }
}
