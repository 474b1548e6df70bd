"""A cluster of swiftlet-load and a controller beside it, for the scripts in this folder. Everything on this machine."""
import os, re, subprocess, tempfile, time, urllib.request


def cpu(pid):
    """CPU seconds of a process: user and system, all threads."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    """MiB of a process that are in memory."""
    return int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Run:
    """Both processes, ended at the end of a `with`."""

    def __init__(self, load, swiftlet, autoscalers, pods, *options):
        self.folder = tempfile.TemporaryDirectory()
        config = os.path.join(self.folder.name, "kubeconfig")
        self.cluster = subprocess.Popen([load, str(autoscalers), str(pods), config], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        url = self.cluster.stdout.readline().split()[1]
        log = open(os.path.join(self.folder.name, "log"), "w+")
        self.started = time.monotonic()
        self.controller = subprocess.Popen(
            [swiftlet, "run", "--kubeconfig", config, "--prometheus-url", url, "--metrics-bind-address", "127.0.0.1:0",
             "--log-format", "json", *options], stderr=log)
        self.pid = self.controller.pid
        self.page = None
        while self.page is None:
            time.sleep(0.05)
            if self.controller.poll() is not None:
                log.seek(0)
                raise SystemExit("the controller has ended:\n" + log.read())
            log.seek(0)
            found = re.search(r'"metrics":"([^"]+)"', log.read())
            self.page = found.group(1) if found else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.controller.terminate()
        self.controller.wait()
        self.cluster.kill()
        self.cluster.wait()
        self.folder.cleanup()

    def say(self, word):
        self.cluster.stdin.write(f"{word}\n")
        self.cluster.stdin.flush()

    def ask(self, word):
        self.say(word)
        return self.cluster.stdout.readline().strip()

    def metric(self, name):
        text = urllib.request.urlopen(self.page, timeout=60).read().decode()
        found = re.search(rf"^{name} (\S+)$", text, re.M)
        return float(found.group(1)) if found else 0.0

    def wait_for_ticks(self, count):
        while self.metric("swiftlet_ticks_total") < count:
            time.sleep(0.2)
