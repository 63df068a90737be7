// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {GataStaking} from "../src/GataStaking.sol";
import {TestBase} from "./support/TestBase.sol";

contract GataStakingTest is TestBase {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    uint256 private constant CAROL_KEY = 0xCA401;

    function setUp() public {
        deployAll();
    }

    function reward(uint256 amount) private {
        token.approve(address(staking), amount);
        staking.addReward(amount);
    }

    function testAStakeIsWorthWhatWasPutIn() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        equal(staking.stakeOf(ALICE), 100 * GATA, "stake");
        equal(staking.totalAssets(), 100 * GATA, "total");
        equal(staking.getVotes(ALICE), shares, "votes without a delegation of one's own");
        equal(staking.decimals(), 24, "decimals");
    }

    function testAPermitSavesATransaction() public {
        address carol = vm.addr(CAROL_KEY);
        token.transfer(carol, 10 * GATA);
        uint256 deadline = vm.getBlockTimestamp() + 600;
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
                ),
                carol,
                address(staking),
                10 * GATA,
                0,
                deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(CAROL_KEY, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), message)));
        // Somebody uses the permit up before the deposit: it must not matter.
        token.permit(carol, address(staking), 10 * GATA, deadline, v, r, s);
        vm.prank(carol);
        staking.depositWithPermit(10 * GATA, carol, deadline, v, r, s);
        equal(staking.stakeOf(carol), 10 * GATA, "stake");
    }

    function testSharesStayWithWhoStaked() public {
        stake(ALICE, 100 * GATA);
        vm.expectRevert(GataStaking.SharesStay.selector);
        vm.prank(ALICE);
        staking.transfer(BOB, 1);
    }

    function testAStakeLeavesThroughTheQueueOnly() public {
        stake(ALICE, 100 * GATA);
        equal(staking.maxWithdraw(ALICE), 0, "max withdraw");
        equal(staking.maxRedeem(ALICE), 0, "max redeem");
        vm.expectRevert(GataStaking.LeaveThroughTheQueue.selector);
        vm.prank(ALICE);
        staking.withdraw(1, ALICE, ALICE);
        vm.expectRevert(GataStaking.LeaveThroughTheQueue.selector);
        vm.prank(ALICE);
        staking.redeem(1, ALICE, ALICE);
    }

    function testUnstakesAfterTheUnbonding() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        vm.prank(ALICE);
        uint256 assets = staking.requestUnstake(shares / 4);
        equal(assets, 25 * GATA, "assets");
        equal(staking.totalQueued(), 25 * GATA, "queued");
        equal(staking.stakeOf(ALICE), 100 * GATA, "the queue counts as stake");
        equal(staking.queueOf(ALICE)[0].releasedAt, vm.getBlockTimestamp() + UNBONDING, "released at");
        pass(UNBONDING - 1);
        vm.expectRevert(GataStaking.NothingReleased.selector);
        staking.withdrawUnstaked(ALICE);
        pass(1);
        vm.prank(ANYONE);
        staking.withdrawUnstaked(ALICE);
        equal(token.balanceOf(ALICE), 25 * GATA, "wallet");
        equal(staking.totalQueued(), 0, "queue");
        equal(staking.stakeOf(ALICE), 75 * GATA, "stake");
    }

    function testWithdrawsWhatIsReleasedAndLeavesTheRest() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        for (uint256 entry = 0; entry < 3; ++entry) {
            vm.prank(ALICE);
            staking.requestUnstake(shares / 10);
            pass(1 days);
        }
        pass(UNBONDING - 2 days);
        staking.withdrawUnstaked(ALICE);
        equal(token.balanceOf(ALICE), 20 * GATA, "the first two");
        equal(staking.queueOf(ALICE).length, 1, "one is left");
    }

    function testAnUnstakingCanBeTakenBack() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        vm.prank(ALICE);
        staking.requestUnstake(shares / 2);
        vm.expectRevert(abi.encodeWithSelector(GataStaking.NoSuchEntry.selector, 1));
        vm.prank(ALICE);
        staking.cancelUnstake(1);
        vm.prank(ALICE);
        staking.cancelUnstake(0);
        equal(staking.totalQueued(), 0, "queue");
        equal(staking.balanceOf(ALICE), shares, "shares");
    }

    function testTheQueueHasAnEnd() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        uint256 most = staking.LONGEST_QUEUE();
        for (uint256 entry = 0; entry < most; ++entry) {
            vm.prank(ALICE);
            staking.requestUnstake(shares / 100);
        }
        vm.expectRevert(GataStaking.QueueIsFull.selector);
        vm.prank(ALICE);
        staking.requestUnstake(shares / 100);
    }

    function testNothingIsNoStake() public {
        token.approve(address(staking), 1);
        vm.expectRevert(GataStaking.ZeroAmount.selector);
        staking.deposit(0, ALICE);
        vm.expectRevert(GataStaking.ZeroAmount.selector);
        staking.requestUnstake(0);
        vm.expectRevert(GataStaking.ZeroAmount.selector);
        staking.addReward(0);
    }

    function testTokensSentHereMoveNoPrice() public {
        stake(ALICE, 100 * GATA);
        token.transfer(address(staking), 1_000_000 * GATA);
        equal(staking.totalAssets(), 100 * GATA, "total");
        stake(BOB, 100 * GATA);
        equal(staking.balanceOf(BOB), staking.balanceOf(ALICE), "shares");
    }

    function testAFirstStakeCannotBeStolenByRounding() public {
        // The attack: one wei of stake, then a gift that makes a share dearer than the victim's deposit.
        stake(ALICE, 1);
        token.approve(address(staking), 10_000 * GATA);
        staking.addReward(10_000 * GATA);
        pass(30 days);
        stake(BOB, 100 * GATA);
        close(staking.stakeOf(BOB), 100 * GATA, GATA / 1000, "bob keeps what he put in");
    }

    function testRewardsArePaidOutOverTime() public {
        stake(ALICE, 1_000 * GATA);
        reward(7 * GATA);
        equal(staking.totalAssets(), 1_000 * GATA, "at once nothing");
        pass(1 days);
        equal(staking.totalAssets(), 1_001 * GATA, "after a day");
        (uint256 inStream, uint256 inReserve) = staking.pendingRewards();
        equal(inStream, 6 * GATA, "in the stream");
        equal(inReserve, 0, "in reserve");
        pass(30 days);
        equal(staking.totalAssets(), 1_007 * GATA, "in the end");
        close(staking.stakeOf(ALICE), 1_007 * GATA, 10_000, "all is alice's");
    }

    function testRewardsAreLimitedByTheDay() public {
        stake(ALICE, 1_000 * GATA);
        // 1 % a day over 7 days is 70.
        reward(100 * GATA);
        (uint256 inStream, uint256 inReserve) = staking.pendingRewards();
        equal(inStream, 70 * GATA, "in the stream");
        equal(inReserve, 30 * GATA, "in reserve");
        pass(7 days);
        equal(staking.totalAssets(), 1_070 * GATA, "the limit");
        staking.pourReserve();
        pass(7 days);
        equal(staking.totalAssets(), 1_100 * GATA, "the rest");
        staking.pourReserve();
    }

    function testRewardsWithoutStakersWait() public {
        reward(100 * GATA);
        (uint256 inStream, uint256 inReserve) = staking.pendingRewards();
        equal(inStream, 0, "in the stream");
        equal(inReserve, 100 * GATA, "in reserve");
    }

    function testWhoComesLaterGetsNoEarlierReward() public {
        stake(ALICE, 1_000 * GATA);
        reward(7 * GATA);
        pass(7 days);
        stake(BOB, 1_000 * GATA);
        close(staking.stakeOf(BOB), 1_000 * GATA, 10_000, "bob");
        close(staking.stakeOf(ALICE), 1_007 * GATA, 10_000, "alice");
    }

    function requestSlash(address account, uint256 assets) private returns (uint256 id) {
        vm.prank(VERIFIER);
        return staking.requestSlash(account, assets, keccak256("evidence"));
    }

    function testASlashTakesTheQueueFirstAndThenTheStake() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        stake(BOB, 100 * GATA);
        vm.prank(ALICE);
        staking.requestUnstake(shares / 4);
        uint256 id = requestSlash(ALICE, 40 * GATA);
        equal(staking.heldForSlash(ALICE), 40 * GATA, "held");
        pass(SLASH_DELAY);
        vm.prank(ADMIN);
        equal(staking.finishSlash(id), 40 * GATA, "taken");
        equal(staking.totalQueued(), 0, "queue");
        equal(staking.stakeOf(ALICE), 60 * GATA, "alice");
        equal(staking.stakeOf(BOB), 100 * GATA, "bob is untouched");
        equal(token.balanceOf(TREASURY), 40 * GATA, "treasury");
        equal(staking.heldForSlash(ALICE), 0, "nothing held");
    }

    function testASlashTakesPartOfAnEntry() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        vm.prank(ALICE);
        staking.requestUnstake(shares / 2);
        uint256 id = requestSlash(ALICE, 20 * GATA);
        pass(SLASH_DELAY);
        vm.prank(ADMIN);
        staking.finishSlash(id);
        equal(staking.queueOf(ALICE)[0].assets, 30 * GATA, "entry");
        equal(staking.balanceOf(ALICE), shares - shares / 2, "stake is untouched");
    }

    function testLeavingDoesNotEscapeASlash() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        vm.prank(ALICE);
        staking.requestUnstake(shares);
        pass(UNBONDING - 1);
        uint256 id = requestSlash(ALICE, 50 * GATA);
        pass(1);
        vm.expectRevert(abi.encodeWithSelector(GataStaking.HeldForSlash.selector, 50 * GATA));
        staking.withdrawUnstaked(ALICE);
        pass(SLASH_DELAY);
        vm.prank(ADMIN);
        staking.finishSlash(id);
        staking.withdrawUnstaked(ALICE);
        equal(token.balanceOf(ALICE), 50 * GATA, "the rest");
    }

    function testAStakeThatCoversTheSlashLetsTheQueueGo() public {
        uint256 shares = stake(ALICE, 100 * GATA);
        vm.prank(ALICE);
        staking.requestUnstake(shares / 2);
        requestSlash(ALICE, 50 * GATA);
        pass(UNBONDING);
        staking.withdrawUnstaked(ALICE);
        equal(token.balanceOf(ALICE), 50 * GATA, "wallet");
    }

    function testASlashIsNeverForMoreThanThereIs() public {
        stake(ALICE, 100 * GATA);
        uint256 id = requestSlash(ALICE, 1_000 * GATA);
        equal(staking.slashRequest(id).assets, 100 * GATA, "asked");
        vm.expectRevert(GataStaking.NothingToSlash.selector);
        vm.prank(VERIFIER);
        staking.requestSlash(ALICE, 1, 0);
        vm.expectRevert(GataStaking.NothingToSlash.selector);
        vm.prank(VERIFIER);
        staking.requestSlash(BOB, 1, 0);
        equal(staking.slashRequests(), 1, "requests");
    }

    function testGovernanceDecidesAfterTheDelayAndOnce() public {
        stake(ALICE, 100 * GATA);
        uint256 id = requestSlash(ALICE, 10 * GATA);
        uint64 decidableAt = uint64(vm.getBlockTimestamp()) + SLASH_DELAY;
        vm.expectRevert(abi.encodeWithSelector(GataStaking.SlashNotYet.selector, decidableAt));
        vm.prank(ADMIN);
        staking.finishSlash(id);
        vm.prank(ADMIN);
        staking.refuseSlash(id);
        equal(staking.heldForSlash(ALICE), 0, "held");
        vm.expectRevert(abi.encodeWithSelector(GataStaking.NoOpenSlash.selector, id));
        vm.prank(ADMIN);
        staking.finishSlash(id);
        vm.expectRevert(abi.encodeWithSelector(GataStaking.NoOpenSlash.selector, 7));
        vm.prank(ADMIN);
        staking.refuseSlash(7);
    }

    function testAVerifierCannotHoldStakeForEver() public {
        stake(ALICE, 100 * GATA);
        uint256 id = requestSlash(ALICE, 10 * GATA);
        uint64 expiresAt = uint64(vm.getBlockTimestamp()) + SLASH_DELAY + staking.SLASH_EXPIRY();
        vm.expectRevert(abi.encodeWithSelector(GataStaking.SlashNotExpired.selector, expiresAt));
        staking.expireSlash(id);
        pass(SLASH_DELAY + staking.SLASH_EXPIRY() + 1);
        vm.expectRevert(GataStaking.SlashIsExpired.selector);
        vm.prank(ADMIN);
        staking.finishSlash(id);
        vm.prank(ANYONE);
        staking.expireSlash(id);
        equal(staking.heldForSlash(ALICE), 0, "held");
    }

    function testOnlyTheRolesMay() public {
        bytes4 refused = IAccessControl.AccessControlUnauthorizedAccount.selector;
        bytes32 verifier = staking.VERIFIER_ROLE();
        vm.startPrank(ANYONE);
        vm.expectRevert(abi.encodeWithSelector(refused, ANYONE, verifier));
        staking.requestSlash(ALICE, 1, 0);
        bytes memory notAdmin = abi.encodeWithSelector(refused, ANYONE, bytes32(0));
        vm.expectRevert(notAdmin);
        staking.finishSlash(0);
        vm.expectRevert(notAdmin);
        staking.refuseSlash(0);
        vm.expectRevert(notAdmin);
        staking.setTerms(GataStaking.Terms(1, 1, 1, 1));
        vm.expectRevert(notAdmin);
        staking.setTiers(new uint128[](0));
        vm.expectRevert(notAdmin);
        staking.setSlashRecipient(ANYONE);
        vm.expectRevert(notAdmin);
        staking.upgradeToAndCall(address(1), "");
        vm.stopPrank();
    }

    function testTiers() public {
        uint128[] memory thresholds = new uint128[](2);
        thresholds[0] = uint128(10 * GATA);
        thresholds[1] = uint128(100 * GATA);
        vm.prank(ADMIN);
        staking.setTiers(thresholds);
        equal(staking.tierThresholds().length, 2, "thresholds");
        equal(staking.tierOf(ALICE), 0, "no stake");
        stake(ALICE, 10 * GATA);
        equal(staking.tierOf(ALICE), 1, "first");
        stake(ALICE, 90 * GATA);
        equal(staking.tierOf(ALICE), 2, "second");
        thresholds[1] = thresholds[0];
        vm.expectRevert(GataStaking.BadTiers.selector);
        vm.prank(ADMIN);
        staking.setTiers(thresholds);
        vm.expectRevert(GataStaking.BadTiers.selector);
        vm.prank(ADMIN);
        staking.setTiers(new uint128[](9));
    }

    function refuseTerms(GataStaking.Terms memory terms) private {
        vm.expectRevert(GataStaking.BadTerms.selector);
        vm.prank(ADMIN);
        staking.setTerms(terms);
    }

    function testTermsHaveBounds() public {
        vm.prank(ADMIN);
        staking.setTerms(GataStaking.Terms(14 days, 1 days, 1 days, 50));
        equal(staking.terms().unbonding, 14 days, "unbonding");
        refuseTerms(GataStaking.Terms(0, 1 days, 1 days, 50));
        refuseTerms(GataStaking.Terms(61 days, 1 days, 1 days, 50));
        refuseTerms(GataStaking.Terms(7 days, 0, 1 days, 50));
        refuseTerms(GataStaking.Terms(7 days, 61 days, 1 days, 50));
        refuseTerms(GataStaking.Terms(7 days, 1 days, 0, 50));
        refuseTerms(GataStaking.Terms(7 days, 1 days, 366 days, 50));
        refuseTerms(GataStaking.Terms(7 days, 1 days, 1 days, 10_001));
    }

    function testTheSlashRecipientIsSomebody() public {
        vm.prank(ADMIN);
        staking.setSlashRecipient(BOB);
        require(staking.slashRecipient() == BOB, "recipient");
        vm.expectRevert(GataStaking.ZeroAddress.selector);
        vm.prank(ADMIN);
        staking.setSlashRecipient(address(0));
    }

    function testVotesCountByTime() public {
        stake(ALICE, 100 * GATA);
        uint256 before = vm.getBlockTimestamp();
        pass(10);
        stake(ALICE, 100 * GATA);
        pass(1);
        equal(staking.getPastVotes(ALICE, before) * 2, staking.getVotes(ALICE), "votes");
        require(keccak256(bytes(staking.CLOCK_MODE())) == keccak256("mode=timestamp"), "mode");
        vm.prank(ALICE);
        staking.delegate(BOB);
        equal(staking.getVotes(ALICE), 0, "delegated away");
        stake(ALICE, 1 * GATA);
        equal(staking.getVotes(ALICE), 0, "and stays so");
    }

    function testFuzzNobodyGainsByComingAndGoing(uint96 first, uint96 second, uint96 gift, uint32 later) public {
        uint256 one = bound(first, 1, 1e26);
        uint256 two = bound(second, 1, 1e26);
        stake(ALICE, one);
        reward(bound(gift, 1, 1e26));
        pass(bound(later, 0, 30 days));
        uint256 shares = stake(BOB, two);
        vm.prank(BOB);
        (bool done,) = address(staking).call(abi.encodeCall(GataStaking.requestUnstake, (shares)));
        // Too little to be worth a wei is refused, and stays a stake.
        atMost(done ? staking.queueOf(BOB)[0].assets : staking.stakeOf(BOB), two, "bob");
    }
}
