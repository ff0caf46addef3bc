import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.plugins.Plugin;

/**
 * One OpenSearch node in this JVM: java -cp 'jars/*' Node HOME PLUGIN...
 *
 * With -Ddateline.rehearsal=true it ends as soon as it has started.
 *
 * HOME/config/opensearch.yml holds the settings; the plugins are classes on the class path, because the modules of OpenSearch are to be had
 * from Maven Central as jars but not as the folders that its own start script reads. The checks of that script (limits of the system, a
 * security manager) belong to production and are left out.
 */
public class Node extends org.opensearch.node.Node {

    // The constructor that takes classes is for subclasses only.
    private Node(Environment environment, Collection<Class<? extends Plugin>> plugins) {
        super(environment, plugins, true);
    }

    public static void main(String[] arguments) throws Exception {
        endWithTheParent();
        Path home = Path.of(arguments[0]);
        List<Class<? extends Plugin>> plugins = new ArrayList<>();
        for (String name : List.of(arguments).subList(1, arguments.length)) {
            plugins.add(Class.forName(name).asSubclass(Plugin.class));
        }
        Settings settings = Settings.builder().put("path.home", home).build();
        Node node = new Node(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "node"), plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception error) {
                error.printStackTrace();
            }
        }));
        try {
            node.start();
        } catch (Throwable error) {
            error.printStackTrace();
            System.exit(1);
        }
        if (Boolean.getBoolean("dateline.rehearsal")) {
            return;
        }
        // All threads of a node are daemons: it lives as long as this one waits.
        new CountDownLatch(1).await();
    }

    /** Whoever started this node holds the other end of its standard input. That closes however the parent ends, even if it is killed. */
    private static void endWithTheParent() {
        Thread watcher = new Thread(() -> {
            try {
                while (System.in.read() != -1) {
                    // What is written does not matter.
                }
            } catch (Exception error) {
                // As good as the end of it.
            }
            Thread closing = new Thread(() -> System.exit(0));
            closing.setDaemon(true);
            closing.start();
            try {
                closing.join(10_000);
            } catch (InterruptedException error) {
                // Then at once.
            }
            Runtime.getRuntime().halt(1);
        }, "parent");
        watcher.setDaemon(true);
        watcher.start();
    }
}
