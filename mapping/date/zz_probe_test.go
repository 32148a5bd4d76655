package date
import ("testing";"time";"fmt";"os";"strings")
func TestProbe(t *testing.T){
 zone:=madrid(t); w:=time.Date(2026,11,22,12,0,0,0,zone)
 b,_:=os.ReadFile("/tmp/probe2")
 for _,l:=range strings.Split(strings.TrimSpace(string(b)),"\n"){ d,ok:=Read(l,w,zone); s:="-"; if ok {s=marked(d)}; fmt.Printf("%-60s %s\n",l,s)}
}
