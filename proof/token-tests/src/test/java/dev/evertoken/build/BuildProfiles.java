package dev.evertoken.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The modules of the build, and the profiles and properties of their build files. Immutable. */
final class BuildProfiles {

    /** The module whose folder is the root of the checkout. */
    static final String ROOT = "";

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern PROFILE =
            Pattern.compile("<profile>.*?<id>([^<]+)</id>(.*?)</profile>", Pattern.DOTALL);
    private static final Pattern EXECUTION =
            Pattern.compile("<artifactId>exec-maven-plugin</artifactId>.*?<phase>([^<]+)</phase>(.*)", Pattern.DOTALL);
    private static final Pattern MAIN = Pattern.compile("\\bdev\\.evertoken\\.[\\w.]+");
    private static final Pattern USED = Pattern.compile("\\$\\{([\\w.]+)}");
    private static final Pattern PROPERTIES = Pattern.compile("<properties>(.*?)</properties>", Pattern.DOTALL);
    private static final Pattern SET = Pattern.compile("<([\\w.]+)/?>");

    /** A program that a profile of a module starts, in a phase; empty if its class is not one of this build. */
    record Started(String module, String phase, Optional<String> mainClass) {}

    private record Profile(String id, String body) {}

    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, List<Profile>> profiles = new LinkedHashMap<>();
    private final Set<String> properties;

    BuildProfiles() {
        String root = Checkout.read("pom.xml");
        files.put(ROOT, root);
        MODULE.matcher(root)
                .results()
                .map(found -> found.group(1))
                .forEach(module -> files.put(module, Checkout.read(module + "/pom.xml")));
        files.forEach((module, file) -> profiles.put(module, profilesOf(file)));
        this.properties = propertiesOfAll();
    }

    Set<String> modules() {
        return files.keySet();
    }

    /** Returns whether the root or one of the modules has a profile. */
    boolean has(String profile, List<String> modules) {
        return !profiles(ROOT, profile).isEmpty()
                || modules.stream()
                        .anyMatch(module -> !profiles(module, profile).isEmpty());
    }

    /** Returns the programs that a profile starts, in any module. */
    List<Started> started(String profile) {
        List<Started> programs = new ArrayList<>();
        for (String module : modules()) {
            for (String body : profiles(module, profile)) {
                Matcher execution = EXECUTION.matcher(body);
                if (execution.find()) {
                    Optional<String> main = MAIN.matcher(execution.group(2))
                            .results()
                            .map(found -> found.group())
                            .findFirst();
                    programs.add(new Started(module, execution.group(1), main));
                }
            }
        }
        return programs;
    }

    /** Returns the names of the properties that the build files set or use. */
    Set<String> properties() {
        return properties;
    }

    private Set<String> propertiesOfAll() {
        return files.values().stream()
                .flatMap(file -> Stream.concat(
                        names(USED, file),
                        PROPERTIES.matcher(file).results().flatMap(found -> names(SET, found.group(1)))))
                .collect(Collectors.toSet());
    }

    private static Stream<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1));
    }

    /** Returns whether the root's build file configures the plugin with this prefix. */
    boolean hasPlugin(String prefix) {
        return files.get(ROOT).contains("<artifactId>" + prefix + "-maven-plugin</artifactId>");
    }

    private List<String> profiles(String module, String id) {
        return profiles.getOrDefault(module, List.of()).stream()
                .filter(profile -> profile.id().equals(id))
                .map(Profile::body)
                .toList();
    }

    private static List<Profile> profilesOf(String file) {
        return PROFILE.matcher(file)
                .results()
                .map(found -> new Profile(found.group(1), found.group(2)))
                .toList();
    }
}
